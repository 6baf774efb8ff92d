"""Whatever people say around a danger, it is told or asked about, never passed over.

Each frame was once a grammar in which a danger drowned: a "no" before or behind it, years, other people, questions,
a clause without a subject ("I used to play rugby and can't walk straight").
"""

import pytest
from danger import EXAMS, is_emergency, is_grave, rows

OWN = ("i", "my", "it's", "i've", "i'm", "can't", "there's")
OTHERS = ("he", "she", "he's", "she's", "dad", "mum", "husband", "wife")


DANGERS = (
    "i've got chest pain",
    "my chest feels tight",
    "i can't breathe properly",
    "there's a crushing weight on my chest",
    "the pain's gone down my left arm",
    "i've just fainted",
    "i passed out an hour ago",
    "i'm coughing up blood",
    "my legs have gone numb",
    "i can't feel my feet",
    "i can't pee",
    "i've wet myself without feeling it",
    "my face has dropped on one side",
    "i can't get my words out",
    "i've come over all clammy and grey",
    "i just fell down the stairs",
    "i've been hit by a car",
    "it came on in an instant and it's the worst pain of my life",
    "i feel a tearing pain in my back",
    "my bottom's gone numb",
    "i've been sick and there was blood in it",
    "my poo's black like tar",
    "i've taken too many painkillers",
    "i want to die",
    "my jaw aches and i'm sweating",
    "my belly hurts terribly",
    "my right leg won't hold me",
)
"""Told of now, whatever stands beside them."""


def harmless(first: int, each: int) -> list[str]:
    """Lines of the exams that must not alarm, one in ``each``: denials, the past, idioms, questions, other people."""
    texts = [row["text"] for exam in EXAMS for row in rows(exam) if row["expect"] == "no_alarm"]
    return texts[first::each]


def dangers(first: tuple[str, ...], each: int) -> list[str]:
    """One in ``each`` of the lines that begin with one of ``first`` and raise an alarm by themselves."""
    texts = [
        row["text"]
        for row in rows("red_flags.tsv")
        if row["expect"] == "level:emergency" and row["text"].split()[0] in first
    ]
    return [text for text in texts[::each] if is_emergency(text)]


OWN_DANGERS = dangers(OWN, 15)
OTHERS_DANGERS = dangers(OTHERS, 2)


def test_there_are_enough_lines() -> None:
    assert len(OWN_DANGERS) > 50
    assert len(OTHERS_DANGERS) > 5


@pytest.mark.parametrize(
    "frame",
    [
        "no fever, no cough, but {}",
        "no fever, no cough, {}",
        "i don't have a headache and {}",
        "{} and no i don't have a fever",
        "{}, no fever though",
        "she asked was i all right and i said no, {}",
        "i told them no but {}",
        "years ago i had a bad back, {}",
        "{}, my dad had the same years ago",
        "my mother died of a heart attack and {}",
        "i had the all clear last year and {}",
        "i used to play rugby and {}",
        "i smoked until i was forty, packed it in ages ago, {}",
        "what should i do, {}",
        "is upper back pain serious, {}",
        "does ice help, {}",
        "{} is that from my posture",
        "{} or am i imagining it",
        "i was watching a film and {}",
        "i read about it in the paper and {}",
        "the kids are at school and {}",
        "my shoulder blades ache from the laptop and {}",
        "{} and my back is stiff",
        "{}, otherwise i'm fine",
        "{}, it's not my back that worries me",
    ],
)
def test_ones_own_danger_is_never_passed_over(frame: str) -> None:
    assert [text for text in OWN_DANGERS if not is_grave(frame.format(text))] == []


@pytest.mark.parametrize(
    "frame",
    [
        "i'm fine myself but {}",
        "no chest pain with me but {}",
        "my mum had a stroke last year and now {}",
        "he had a bypass ten years ago and {}",
        "my own back is stiff and {}",
        "{}, never been ill before",
        "he says it's nothing but {}",
        "i told him to see a doctor, {}",
    ],
)
def test_the_danger_of_another_is_never_passed_over(frame: str) -> None:
    assert [text for text in OTHERS_DANGERS if not is_grave(frame.format(text))] == []


@pytest.mark.parametrize(("first", "join"), [(0, "{} but {}"), (1, "{} and now {}"), (2, "{} and {}"), (3, "{}, {}")])
def test_a_danger_beside_a_harmless_line_is_never_passed_over(first: int, join: str) -> None:
    """What is denied, past, of another or only asked about in the one says nothing of the other.

    "No fever I'm coughing up blood" was denied, for two words were too few to be a clause, and "it was fine last year
    but I've got chest pain" was of last year.
    """
    lines = harmless(first, each=4)
    pairs = [join.format(line, DANGERS[at % len(DANGERS)]) for at, line in enumerate(lines)]
    assert len(pairs) > 1500
    assert [text for text in pairs if not is_grave(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "no fever i'm coughing up blood",
        "no cough i can't feel my legs",
        "nah no temperature my legs have gone numb",
        "i've got chest pain no i haven't fainted",
        "i have no thoughts of dying or anything like that my chest feels tight",
        "i haven't fainted at all my legs have gone numb",
        "it was fine last year but i've got pain in my chest",
        "my legs have gone numb and had polio as a kid",
        "my chest feels tight had a bad chest infection the winter of two thousand nine",
        "the pain's gone down my left arm and in my thirties i had a frozen shoulder",
        "i can't breathe properly my father in law had prostate cancer years ago",
        "my legs have gone numb a woman in my class had breast cancer years ago",
        "i've taken too many painkillers and clammy? no, dry as a bone",
        "i'm short of breath any good exercises for the shoulder blades",
        "what's the difference between a strain and a sprain but my right leg won't hold me",
        "my oxygen is in the eighties and i'm gasping",
        "on the way back my eyesight went in one eye out of nowhere",
    ],
)
def test_where_one_thing_ends_and_a_danger_begins_though_no_pause_parts_them(text: str) -> None:
    assert is_grave(text)
