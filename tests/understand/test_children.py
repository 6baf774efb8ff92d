"""A child is not answered: a doctor is. A grown-up who mentions one is answered as any other."""

import pytest
from danger import assess, is_emergency

CHILDREN = [
    "my daughter is seven and her upper back hurts",
    "my boy is nine and his back aches",
    "my son has just turned eleven and his shoulders are sore",
    "i'm twelve and my upper back hurts",
    "my little lad has a bad back",
    "my fourteen year old's upper back is stiff",
]
GROWN_UP = [
    "my daughter is thirty and her upper back hurts",
    "i carry my two year old all day and my upper back hurts",
    "i blew my top at the kids",
    "the kids are at school",
    "wake me up at seven",
    "i have a physio appointment at three tomorrow",
    "i broke my arm as a kid falling out of a tree",
    "when i was a kid i fell off a shed",
    # A small number after "I am" was an age.
    "i'm two years into this job and my upper back hurts",
    "i'm six sessions into physio does physio help upper back pain",
    "i am one big knot between the shoulder blades",
    "i had whooping cough at age six and my back is stiff",
]
IN_DANGER = [
    "my baby has gone blue",
    "my baby is fitting",
    "my little one is having a fit",
    "our toddler has gone all floppy",
    "my boy is turning blue",
    "my husband has gone blue",
    "my dad is having a fit",
]
NOT_IN_DANGER = [
    "my wife would have a fit if she saw the price",
    "he had a fit of giggles",
    "my son wears a blue jumper",
    "my suit is fitting badly",
    "the screen went blue on my laptop",
]


@pytest.mark.parametrize("said", CHILDREN)
def test_a_child_is_sent_to_a_doctor(said: str) -> None:
    assert assess(said).person == "child"


@pytest.mark.parametrize("said", GROWN_UP)
def test_a_grown_up_is_no_child(said: str) -> None:
    assert assess(said).person != "child"


@pytest.mark.parametrize("said", IN_DANGER)
def test_a_fit_or_going_blue_is_an_emergency_of_anybody(said: str) -> None:
    assert is_emergency(said)


@pytest.mark.parametrize("said", NOT_IN_DANGER)
def test_words_like_a_fit_or_blue_are_no_danger(said: str) -> None:
    assert assess(said).red_flags == ()
