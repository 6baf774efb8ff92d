"""The second reader of danger signs: it must know kinds of wordings, and stay calm at harmless ones."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.messages import Level
from voice_skill.understand.likeness import HARMLESS, NUMBERS, Likeness

FLAGS = shipped_content().flags
LIKENESS = Likeness(shipped_content())


def emergency(text: str) -> float:
    """The highest probability of an emergency in ``text``."""
    told = (likely for likely in LIKENESS.flags([text]) if FLAGS[likely.flag].level is Level.EMERGENCY)
    return max((likely.probability for likely in told), default=0.0)


# None of these is among the lines it learnt from.
@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ("it is as though a horse were standing on my chest", "chest"),
        ("the ache goes from my back down into my left arm and my jaw", "spread"),
        ("i am gasping and can not get any air into my lungs", "breath"),
        ("my legs went wobbly and will not carry me", "limbs"),
        ("i took far too many tablets last night", "overdose"),
        ("i want to die and end it all tonight", "despair"),
    ],
)
def test_knows_wordings_it_never_saw(said: str, flag: str) -> None:
    likely = LIKENESS.flags([said])[0]
    assert likely.flag == flag
    assert likely.probability > 0.8
    assert set(likely.evidence.split()) <= set(said.split())


@pytest.mark.parametrize(
    "said",
    [
        "is swimming any good for a sore upper back",
        "my shoulders ache after a day at the desk",
        "what is the weather like in rome",
        "i put the shirts into the chest of drawers",
        "",
        "?!",
    ],
)
def test_stays_calm_at_harmless_talk(said: str) -> None:
    assert emergency(said) < 0.5


def test_a_danger_does_not_drown_in_a_long_story() -> None:
    danger = "there is a crushing weight on my chest"
    story = "i was at the shop on tuesday to buy a new pillow and then we had tea with the neighbours in the garden"
    assert emergency(f"{story} {danger} {story}") > 0.8 * emergency(danger)


def test_each_clause_is_weighed_by_itself() -> None:
    clauses = ["what stretch is good", "i have passed out twice today", "my chest feels crushed"]
    told = {likely.flag: likely.probability for likely in LIKENESS.flags(clauses)}
    assert {"faint", "chest"} <= set(told)
    assert LIKENESS.flags(clauses) == sorted(LIKENESS.flags(clauses), key=lambda likely: -likely.probability)


def test_flags_that_the_content_lacks_are_never_told() -> None:
    from dataclasses import replace

    few = replace(shipped_content(), flags={name: FLAGS[name] for name in ("chest", "rash")})
    assert {likely.flag for likely in Likeness(few).flags(["i can not breathe and my chest hurts"])} <= {
        "chest",
        "rash",
    }


@given(st.text())
def test_any_text_gives_probabilities(text: str) -> None:
    for likely in LIKENESS.flags([text]):
        assert likely.flag in FLAGS
        assert 0 <= likely.probability <= 1.0001


def test_order_of_clauses_changes_nothing() -> None:
    clauses = ["my chest feels heavy", "walking helps", "i nearly fainted"]
    shuffled = random.Random(1).sample(clauses, 3)
    assert set(LIKENESS.flags(clauses)) == set(LIKENESS.flags(shuffled))


def test_every_danger_sign_of_the_content_was_learnt() -> None:
    """A new file in ``responses/red_flags/`` needs lines in ``responses/red_flags/said/`` and a run of the training."""
    with np.load(NUMBERS) as numbers:
        assert {str(name) for name in numbers["flags"]} == {*FLAGS, HARMLESS}
