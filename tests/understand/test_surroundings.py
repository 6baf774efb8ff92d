"""Whatever people say around a danger, it is told or asked about, never passed over.

Each frame was once a grammar in which a danger drowned: a "no" before or behind it, years, other people, questions,
a clause without a subject ("I used to play rugby and can't walk straight").
"""

import csv
from pathlib import Path

import pytest
from danger import is_emergency, is_grave

LINES = Path(__file__).parents[1] / "utterances/red_flags.tsv"
OWN = ("i", "my", "it's", "i've", "i'm", "can't", "there's")
OTHERS = ("he", "she", "he's", "she's", "dad", "mum", "husband", "wife")


def dangers(first: tuple[str, ...], each: int) -> list[str]:
    """One in ``each`` of the lines that begin with one of ``first`` and raise an alarm by themselves."""
    with LINES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    texts = [row["text"] for row in rows if row["expect"] == "level:emergency" and row["text"].split()[0] in first]
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
