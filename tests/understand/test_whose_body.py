"""A child or an animal that is ill, and one that is only spoken of; ages and times of day."""

import pytest
from danger import assess, is_emergency

from voice_skill.understand.ages import age_in


def person(text: str) -> str:
    return assess(text).person


@pytest.mark.parametrize(
    "text",
    [
        "my baby has gone blue",
        "the baby's floppy",
        "fitting baby",
        "my little boy is having a fit",
        "my daughter is choking on a grape",
        "our toddler went stiff and started jerking",
        "my newborn won't feed and is grunting",
        "my grandson has gone limp in my arms",
        "my three year old won't wake up",
    ],
)
def test_a_child_in_danger_is_an_emergency(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "my baby has blue eyes",
        "my toddler has a floppy bunny",
        "the kids had a fit of the giggles",
        "my mum would have a fit if she saw this",
        "we painted the baby's room blue",
        "fitting the car seat for the baby",
    ],
)
def test_a_child_who_is_well_raises_no_alarm(text: str) -> None:
    found = assess(text)
    assert found.red_flags == ()
    assert found.suspected == ()


@pytest.mark.parametrize(
    "text",
    [
        "my toddler has a sore back",
        "pain in my child's back",
        "my daughter's six and has upper back pain",
        "is ibuprofen ok for my child",
        "what can i give my little girl for her back",
        "i'm twelve and my back hurts",
    ],
)
def test_a_child_who_is_ill_is_not_answered_as_a_grown_up(text: str) -> None:
    assert person(text) == "child"


@pytest.mark.parametrize(
    "text",
    [
        "the kids are at school",
        "my grandson says put peas on it what eases my back",
        "i lift my toddler all day and my back aches",
        "my back aches from carrying the baby",
        "my grandson is four and i hurt my upper back when i lift him",
        "i had asthma as a child",
        "it wakes me at three every morning",
        "two and a half weeks of it",
        "my kid had to shake me awake",
    ],
)
def test_a_child_who_is_only_spoken_of_is_not_the_patient(text: str) -> None:
    assert person(text) != "child"


@pytest.mark.parametrize(
    "text",
    [
        "our dog knocked dad over and he can't breathe",
        "my cat scratched her and now she has a fever and is confused",
        "our horse threw my daughter off and she isn't moving",
        "everything went black and next thing the dog was licking my face",
    ],
)
def test_what_an_animal_did_to_somebody_counts(text: str) -> None:
    """A dog in the story once silenced all of it."""
    assert is_emergency(text)


@pytest.mark.parametrize("text", ["my dog can't breathe", "grandad's budgie keeled over", "my cat has a sore back"])
def test_what_an_animal_has_is_the_animals(text: str) -> None:
    assert person(text) == "animal"


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("i am seventy two", 72),
        ("my eight year old", 8),
        ("at seventy i fell", 70),
        ("my son is three and hot", 3),
        ("my son three and hot", 3),
        ("it wakes me at three", None),
        ("two and a half weeks of pain", None),
        ("nearly ten", None),
        ("remind me at nine", None),
    ],
)
def test_an_age_is_told_from_a_time(text: str, age: int | None) -> None:
    assert age_in(text) == age


@pytest.mark.parametrize(
    "text",
    [
        "my dad's speech went all funny at the dinner table",
        "her face drooped while we were talking",
        "mum went grey and clammy",
        "her lips went blue",
        "my partner went weak down one side",
        "uncle got knocked down by a car",
        "my flatmate went under a van on his pushbike he says his back hurts",
        "something ripped in his back all at once and i've never seen him like this",
        "my lad fell out the bedroom window",
        "my grandmother had pneumonia in the war and i have trouble peeing",
        "my dad took all his heart tablets at once",
        "i can hardly wake my mum",
    ],
)
def test_what_happened_to_somebody_at_no_told_time_counts(text: str) -> None:
    """Any "went", "got" or "came" was read as the history of another person."""
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "my nan went blind in one eye when she got old",
        "my dad got a heart attack from shovelling snow back in the nineties",
        "his back went and they took his disc out, he's golfing again",
        "my daughter had a bad fever as a toddler she's thirty now",
        "my mum had a stroke in the kitchen when i was six",
        "my first husband had a mini stroke in two thousand and eight, lost his speech for an hour, came back fine",
        "dad had a stroke ten years ago, poor man, he's passed away since",
    ],
)
def test_what_happened_to_somebody_long_ago_raises_nothing(text: str) -> None:
    assert assess(text).red_flags == ()


@pytest.mark.parametrize(
    "text",
    ["my wife had crushing pain in her chest", "mum was sweating and grey", "my husband had a seizure"],
)
def test_what_somebody_had_at_no_told_time_is_asked_about(text: str) -> None:
    # It may be years ago, or this minute.
    found = assess(text)
    assert found.red_flags or found.suspected
