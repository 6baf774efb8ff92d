"""A sense or strength that one does not have is told with the words of a denial."""

import pytest
from danger import assess, is_emergency
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.understand.plain_words import PlainWords

LACKING = [
    "i don't have any feeling in my legs",
    "i haven't got any feeling in my legs",
    "i've not got any strength in my arms",
    "she doesn't have any feeling below the waist",
    "there isn't any feeling in my feet",
    "he hasn't any movement in his legs",
    "i don't have any control of my bladder",
    "i haven't any feeling down below",
    "can't get my breath",
    "i can't get any breath",
]
DENYING = [
    "i don't have any pain in my legs",
    "i don't have any numbness in my legs",
    "i haven't lost any feeling in my legs",
    "i have not had any loss of power",
    "i don't have any chest pain",
    "physio wasn't much use for my back",
]


@pytest.mark.parametrize("said", LACKING)
def test_what_one_does_not_have_is_a_danger(said: str) -> None:
    """The "not" was taken for a denial, and the feeling for nothing."""
    assert is_emergency(said)


@pytest.mark.parametrize("said", DENYING)
def test_a_danger_that_one_does_not_have_is_none(said: str) -> None:
    assert assess(said).red_flags == ()


@given(st.lists(st.sampled_from("i do have not any , got feeling in my legs no that".split()), max_size=12))
def test_every_word_keeps_a_mark(pieces: list[str]) -> None:
    words, marks = PlainWords({}).of(" ".join(pieces))
    assert len(words) == len(marks)
