"""Plain dangers in plain frames: what must alarm beside an ordinary complaint, and what must not when it is denied.

Every danger is put into every frame, so that no pair is left to chance. "Chest pain and a stiff neck" was only asked
about, because "a stiff neck" is what harmless denials end with; "no shortness of breath" alarmed, because a "no"
before "breath" may be the lack of it.
"""

import pytest
from danger import assess, is_emergency, is_suspected

NAMED = [
    "chest pain",
    "chest tightness",
    "pressure in the chest",
    "shortness of breath",
    "trouble breathing",
    "weak legs",
    "numb arms",
    "pins and needles in both legs",
    "slurred speech",
    "cold sweats",
    "severe belly pain",
    "black poo",
    "fainting spells",
    "trouble peeing",
]
HAPPENED = [
    "i fainted",
    "i can't breathe",
    "i can't feel my legs",
    "i can't pee",
    "i coughed up blood",
    "i fell down the stairs",
    "i was in a car crash",
    "my face is drooping",
    "i took too many tablets",
    "i want to die",
]
ORDINARY = [
    "a stiff neck",
    "stiff shoulders",
    "a headache",
    "my lower back aches",
    "a sore upper back",
    "i'm tired",
    "a runny nose",
    "my posture is bad",
    "i did some gardening",
]


LONG_PAST = [
    "i moved here in two thousand and twelve",
    "i stopped smoking years ago",
    "my dad had a stroke in nineteen ninety",
    "i had covid last year",
    "my mum died last year",
    "i used to run marathons",
    "as a kid i was always ill",
    "my gran had shingles years ago",
    "i had a hip operation in two thousand and ten",
]


@pytest.mark.parametrize(
    "frame",
    [
        "{} and {ordinary}",
        "{ordinary} and {}",
        "um {}",
        "{} this morning",
        "my back hurts and {}",
        "how do i stretch my back {}",
    ],
)
def test_a_danger_beside_an_ordinary_complaint_is_an_emergency(frame: str) -> None:
    told = [frame.format(danger, ordinary=other) for danger in (*NAMED, *HAPPENED) for other in ORDINARY]
    assert [text for text in told if not is_emergency(text)] == []


@pytest.mark.parametrize(
    "frame",
    [
        "hello doctor i have {}",
        "i think i have {}",
        "i've been having {}",
        "i keep getting {}",
        "a bit of {}",
        "i woke up with {}",
        "probably nothing but i have {}",
        "how do i treat my upper back i have {}",
        "my wife has {}",
        "my dad is having {}",
        "{} now",
        "{} again",
        "{} since this morning",
        "{} and it's getting worse",
    ],
)
def test_a_danger_that_is_named_of_now_is_an_emergency(frame: str) -> None:
    assert [name for name in NAMED if not is_emergency(frame.format(name))] == []


@pytest.mark.parametrize(
    "frame",
    [
        "no {}",
        "i don't have {}",
        "i've never had {}",
        "without {}",
        "i haven't got {}",
        "no {} just a stiff upper back",
        "i have upper back pain but no {}",
        "there's no {}",
        "i'm not having {}",
        "no {} no fever no numbness",
        "neither {} nor fever",
        "{} no",
        "not had {}",
        "{} is not my problem",
        "i checked and there's no {}",
        "no sign of {}",
        "i had {} ten years ago",
        "when i was a kid i had {}",
        "i used to get {} as a teenager",
        "i had {} years ago now it's just my posture",
        "my dad had {} ten years ago",
    ],
)
def test_a_danger_that_is_denied_or_long_past_raises_no_alarm(frame: str) -> None:
    assert [name for name in NAMED if assess(frame.format(name)).red_flags] == []


@pytest.mark.parametrize("past", LONG_PAST)
def test_a_danger_told_after_something_long_past_is_never_passed_over(past: str) -> None:
    """The years of the one were taken for those of the other: 92 of 500 such pairs said nothing."""
    told = [*HAPPENED, "my arm went numb", "my husband has chest pain", "my wife has collapsed", "i collapsed"]
    assert [text for text in (f"{past} and {each}" for each in told) if not is_suspected(text)] == []
