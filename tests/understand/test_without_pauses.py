"""A recogniser writes no commas: what one clause denies or dates must not swallow the next."""

import pytest
from danger import EXAMS, assess, is_emergency, is_grave, rows

MARKS = str.maketrans(dict.fromkeys(",.;:!?", " "))


@pytest.mark.parametrize(
    "text",
    [
        # A verb, not only "is" and "has", begins a clause after "it", "he" and "this".
        "can a bad pillow do this it runs up into my jaw as well",
        "i've had four kids with no gas and nothing touches this it hit me in the back all in one go",
        "the other arm isn't his this began at lunch and his face is lopsided",
        # Something new is named after the last of what is denied.
        "no cough no cold no fever bit of blood when i clear my chest",
        "no headache no cough a tight band across my chest",
        "didn't lift didn't twist was reading the paper and bang worst agony of my whole life",
        "don't think it's serious no fever and yet the whole of my chest is in a clamp",
        "not fainting more the curtains closing each time i get out of bed today",
        "it isn't double vision it's no vision on the right side since an hour ago",
        # What is stressed, or taken back, is not denied.
        "i'm sitting on the loo and i can't feel the seat under me not at all",
        "it's not letting up this grip across my chest",
        "my legs are okay ah wait no when i stand they shake and fold",
        "oh no not my chest again",
        "i couldn't get across the kitchen this morning without gasping",
        "i've not had an episode of fainting since i was at school till an hour ago",
        # Years that are no date, for an ache follows.
        "bit of blood in what i'm coughing up smoker forty years back ache",
    ],
)
def test_a_danger_without_a_pause_before_it_is_found(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        # "Today" belongs to what follows where what stands before it is over.
        "a horse threw me in my pony club days forty years back today i have a small ache from knitting",
        "i remember not being able to catch my breath in two thousand and nine now it's ordinary desk stiffness",
        # "Nah" and "nope" end what they answer.
        "fever nah shivers nah rash nope nothing on the skin",
        "chest pain nah mate nothing like that",
        "not sweaty not grey not clammy my colleague says i have a lovely colour",
        "not a drop of blood has come up i haven't even got a cough",
        "my wife keeps asking if my chest hurts and it honestly doesn't",
        "the list on the clinic poster chest pain collapse weak legs i read it twice and i have none of them",
        "in home and away a few weeks ago the barman had a heart attack",
    ],
)
def test_what_is_denied_or_over_without_a_pause_raises_nothing(text: str) -> None:
    assert assess(text).red_flags == ()


def told_with_marks() -> list[str]:
    """Emergencies of the exams that are found as they were written, with commas."""
    texts = []
    for exam in EXAMS:
        texts += [row["text"] for row in rows(exam) if row["expect"] == "level:emergency" and "," in row["text"]]
    return [text for text in texts if is_grave(text)]


TOLD = told_with_marks()
PASSED_OVER = 0.01
"""Part of them that may be missed without commas; all were found with them."""


def test_losing_the_commas_loses_no_dangers() -> None:
    assert len(TOLD) > 500
    missed = [text for text in TOLD if not is_grave(" ".join(text.translate(MARKS).split()))]
    assert len(missed) <= PASSED_OVER * len(TOLD), missed
