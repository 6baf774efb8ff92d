"""The second reader of questions: it must know kinds of wordings, and what is asked nowhere."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.understand.asked import NONE, NUMBERS, Asked
from voice_skill.understand.words import Words

CONTENT = shipped_content()
ENTRIES = sorted(CONTENT.entries)
WORDS = Words(CONTENT.lexicon, [phrase for entry in CONTENT.entries.values() for phrase in entry.phrases])
ASKED = Asked(ENTRIES)
SAID = Path(__file__).parents[2] / "responses/faq/said"


def likeliest(text: str, asked: Asked = ASKED, entries: list[str] = ENTRIES) -> str:
    return [*entries, NONE][int(asked.likely(text, WORDS.read(text)).argmax())]


# None of these is among the lines it learnt from.
@pytest.mark.parametrize(
    ("said", "entry"),
    [
        (
            "i ride shotgun in a bin lorry all week and up top it is murder so what would you swallow for that",
            "treatment",
        ),
        (
            "we had the choir round and somebody said spine and somebody said muscle so how does one tell",
            "muscle_or_spine",
        ),
        ("is a stroll round the reservoir a good plan with a grumbling upper back", "walking"),
        ("my upper back has me fretting is it anything grave", "serious"),
        ("what will the physio actually get up to with my upper back on thursday", "physio_how"),
    ],
)
def test_knows_ways_to_ask_that_it_never_saw(said: str, entry: str) -> None:
    assert likeliest(said) == entry


@pytest.mark.parametrize(
    "said",
    [
        "what time does the library close on saturdays",
        "put the kettle on",
        "how do i get candle wax out of a carpet",
        "the lads are coming round to watch the match",
    ],
)
def test_knows_what_is_asked_nowhere(said: str) -> None:
    assert likeliest(said) == NONE


@given(st.text(max_size=300))
def test_any_text_gets_probabilities(text: str) -> None:
    likely = np.exp(ASKED.likely(text, WORDS.read(text)))
    assert likely.shape == (len(ENTRIES) + 1,)
    assert likely.sum() == pytest.approx(1, abs=1e-3)


def test_an_entry_it_never_met_is_neither_preferred_nor_passed_over() -> None:
    entries = ["mattress", *ENTRIES]
    asked = Asked(entries)
    for text in ("which mattress is best for my upper back", "is upper back pain serious", "play some jazz"):
        likely = asked.likely(text, WORDS.read(text))
        assert likely[0] == likely.max()
        assert likely[1:].tolist() == ASKED.likely(text, WORDS.read(text)).tolist()


def test_its_numbers_know_all_answers_in_a_byte_a_weight() -> None:
    with np.load(NUMBERS) as numbers:
        assert set(numbers["entries"]) == {*ENTRIES, NONE}
        assert numbers["weights"].dtype == np.int8
    assert NUMBERS.stat().st_size < 300_000


def test_lines_are_no_lines_of_the_tests() -> None:
    """What is measured with must not have been learnt from."""
    learnt = {
        line.partition(" | ")[0]
        for path in SAID.glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    utterances = Path(__file__).parent.parent / "utterances"
    for path in utterances.glob("*.tsv"):
        told = {line for line in path.read_text(encoding="utf-8").splitlines() if not _asks_for_no_alarm(path, line)}
        assert not learnt & {line.partition("\t")[0] for line in told}, path.name


def _asks_for_no_alarm(path: Path, line: str) -> bool:
    """Whether nothing is measured by ``line`` but that no alarm is raised, which this reader never does."""
    return path.name.startswith("danger_exam") and line.split("\t")[1] == "no_alarm"


def test_lines_stand_under_one_answer_and_name_answers_that_exist() -> None:
    seen: dict[str, str] = {}
    for path in sorted(SAID.glob("*.txt")):
        assert path.stem in {*ENTRIES, "off_topic"}
        for line in path.read_text(encoding="utf-8").splitlines():
            text, _, more = line.partition(" | ")
            assert set(more.split()) <= set(ENTRIES)
            assert seen.setdefault(text, path.stem) == path.stem, text
