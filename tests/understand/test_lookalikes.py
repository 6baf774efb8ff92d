"""Look-alikes cover their own words and no others; what is mended was long ago."""

import pytest
from danger import assess, is_suspected
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.messages import Level

LASTING = [
    "my back has hurt for six weeks",
    "it has been going on for two months",
    "i've had this pain three weeks now",
    "the pain has been there for months",
    "it's getting worse every week",
    "i've been at my desk in pain for six weeks",
]
OTHER_TIMES = [
    "i've worked here for three years",
    "i have been going to the gym for five weeks",
    "there's a waiting list of ten weeks",
    "my appointment is in four weeks",
    "i've been doing yoga for six months",
    "we've lived here for ten years",
    "i've been married thirty years",
]


@given(
    st.sampled_from(LASTING), st.sampled_from(OTHER_TIMES), st.sampled_from(["", " and", " but", ","]), st.booleans()
)
def test_how_long_something_else_takes_never_silences_a_pain_that_lasts(
    sign: str, other: str, join: str, first: bool
) -> None:
    """ "Been there for months" was taken for a job."""
    told = f"{sign}{join} {other}" if first else f"{other}{join} {sign}"
    assert "persistent" in {flag.id for flag in assess(told).red_flags}


@pytest.mark.parametrize(
    "text",
    [
        "back in the eighties my leg went numb and they operated and i was right as rain",
        "my dad had a heart attack in two thousand and four and he's still golfing",
        "i had a heart attack scare back in nineteen ninety eight and it turned out to be wind",
        "as a wee boy i had asthma and couldn't get a breath but i grew out of it",
        # The "back" of "way back" was taken for a part of the body, the "since" of "long since" for one that goes on.
        "way back in the seventies i fell down a mine shaft and got a good story out of it",
        "in the year two thousand i had a clot in my leg after a hip operation long since gone",
        "in second grade i got knocked out by a swing",
        # The "back" of "years back" was one that shingles are on, "another one" an illness that returned.
        "about twenty years back i had shingles on my side, cleared up in a month",
        "i passed a kidney stone back in two thousand and three, never had another one",
        "there was a time in my thirties i couldn't feel my toes, long sorted, today it's only posture",
        "i was fifteen when i coughed up blood with bronchitis, i'm sixty one today",
        "when our sean was born i had a clot in my calf and he has three children of his own now",
        "as a young sailor i was winded by a boom, couldn't breathe, it went down in ten days",
        # Years of something else were taken for those of a pain that lasts.
        "a school bus hit our car in ninety four and i've been perfectly well for thirty years",
    ],
)
def test_what_is_long_past_and_mended_raises_no_alarm(text: str) -> None:
    assert assess(text).red_flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "my leg went numb in the eighties and was right as rain but my chest is tight",
        "years ago i had a heart attack and made a full recovery but i have chest pain",
        "way back i fainted now and then and i fainted today",
        "i've had this chest pain since way back and it's here now",
        "i had a stroke years ago, made a full recovery, my arm's gone weak",
        "i had chest pain last year and it turned out to be angina and it's back",
        "i fainted this morning and it turned out to be nothing",
        "i had shingles ten years back and now my chest is tight",
        "never had another stroke until this morning when my face dropped",
        "my speech came back after the first one but now it's slurring",
        "i gave up smoking years ago but i coughed up blood",
        "in my twenties i ran marathons, now i can't climb the stairs without gasping",
        "i had pleurisy in my twenties and i'm sixty today and i can't get my breath",
        "as a young nurse i fainted at the sight of blood and this morning i fainted at the sink",
    ],
)
def test_what_was_mended_clears_nothing_of_now(text: str) -> None:
    assert max(flag.level for flag in assess(text).red_flags) is Level.EMERGENCY


def test_an_accident_of_somebody_who_is_grand_now_is_at_least_asked_about() -> None:
    assert is_suspected("my toddler was hit by a car and is grand now")


@pytest.mark.parametrize(
    "text",
    [
        "i had a stent in two thousand and fifteen and my chest went tight on the stairs",
        "i retired ten years ago, my chest got tight digging the garden",
        "i used to be fit, i got out of breath walking to the loo",
        "i was in the army in the eighties, i collapsed in the garden",
        "i moved here in two thousand and twelve, i couldn't feel my legs when i got up",
    ],
)
def test_what_happened_beside_something_long_past_is_at_least_asked_about(text: str) -> None:
    """The years of the one were taken for those of the other, and nothing was said."""
    assert is_suspected(text)
