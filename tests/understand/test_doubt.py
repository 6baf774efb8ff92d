"""A danger sign is weighed by all that was said around it: an emergency may be asked about, never passed over."""

import pytest
from danger import SAFETY, assess
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.messages import Level
from voice_skill.understand.doubt import DISBELIEF, DOUBT

NOT_REPORTED = [
    "play heart attack by my favourite band",
    "the tent collapsed in the night and we slept in the car",
    "we learnt chest compressions on a dummy at the village hall",
    "the lorry driver had a clot on his lung years ago and he is back at work",
    "my foot fell asleep while i knelt and it passed when i stood",
]
STILL_REPORTED = [
    "i have chest pain, can poor posture cause upper back pain",
    "i can't breathe, i had a clot scare after a flight in 2005 and it was nothing",
    "is walking good for upper back pain i fainted",
    "what stretches help upper back pain when i have chest pain",
    "my dad had a heart attack years ago and now i have chest pain",
    "i'm a driver and i sit all day and my legs are weak",
    "our neighbour has just collapsed in the garden",
    "no fever but i can't breathe",
]


def levels(text: str) -> list[Level]:
    return [flag.level for flag in assess(text).red_flags]


@pytest.mark.parametrize("said", NOT_REPORTED)
def test_what_the_whole_tells_harmless_is_not_reported(said: str) -> None:
    assert levels(said) == []


@pytest.mark.parametrize("said", STILL_REPORTED)
def test_harmless_words_beside_a_danger_do_not_hide_it(said: str) -> None:
    assert Level.EMERGENCY in levels(said)


@given(st.floats(0, 1))
def test_an_emergency_is_never_passed_over(danger: float) -> None:
    flag = assess("i have chest pain").red_flags[0]
    kept = SAFETY._believed({("chest", False): flag}, danger)
    assert list(kept.values()) == [flag]
    assert [hint for _, hint in kept] == [danger < DOUBT]


def test_a_lesser_sign_is_passed_over_where_all_speaks_against_it() -> None:
    flag = assess("i have shingles on one side").red_flags[0]
    assert flag.level is Level.URGENT
    assert SAFETY._believed({("rash", False): flag}, DISBELIEF / 2) == {}
