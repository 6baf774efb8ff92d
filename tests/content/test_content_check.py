"""Each kind of slip that an author can make is found where it was made, all of them in one run."""

import datetime
import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from voice_skill import content_check
from voice_skill.cli import main
from voice_skill.content import Content, Fault, read, shipped_content, spoken
from voice_skill.errors import ContentError
from voice_skill.paths import shipped

GRADE = content_check.reading_grade()


def last_review(content: Content) -> datetime.date:
    """A day on which nothing is overdue: the check itself reports old reviews, these tests must not age."""
    return max(record.reviewed for record in (*content.entries.values(), *content.flags.values()))


TODAY = last_review(shipped_content())


class Slip(NamedTuple):
    """One edit of a shipped file, and the fault that it must lead to."""

    file: str
    before: str
    after: str
    at: str
    """On the line to blame; empty for the first line of the file."""
    says: str


def wording(entry: str, phrase: str, says: str) -> Slip:
    return Slip(f"faq/{entry}.toml", "phrases = [", f'phrases = [\n  "{phrase}",', f'"{phrase}"', says)


def sentence(file: str, key: str, text: str, says: str) -> Slip:
    return Slip(file, f"\n{key} = [", f'\n{key} = [\n  "{text}",', text, says)


LONG = "You can sit or stand or walk " + "and then sit or stand or walk " * 4 + "as you like."
HARD = "Musculoskeletal aetiologies predominate epidemiologically."

SLIPS = {
    "unknown_key": Slip("faq/serious.toml", "level =", 'moral = "x"\nlevel =', "moral", "unknown key 'moral'"),
    "missing_key": Slip("faq/walking.toml", "source =", "# source =", "", "the key 'source' is missing"),
    "wrong_type": Slip(
        "faq/organs.toml", "reviewed = 2", 'reviewed = "soon" # 2', "reviewed", "reviewed must be a date"
    ),
    "no_such_level": Slip("faq/physio_how.toml", '"self_care"', '"calm"', "calm", "level must be one of"),
    "empty_text": Slip(
        "faq/left_side.toml", "answer = [", 'answer = [\n  " ",', "answer", "answer holds an empty text"
    ),
    "wording_of_another_entry": wording("walking", "is it urgent", "is also at faq/serious.toml:"),
    "wording_twice": Slip(
        "faq/treatment.toml",
        "phrases = [",
        'phrases = [\n  "What is the TREATMENT, for upper back pain?",',
        '  "what is the treatment for upper back pain"',
        "is also at faq/treatment.toml:",
    ),
    "wording_finds_another": wording(
        "physio_good", "how could i relieve pain between my shoulder blades", "finds the entry 'relieve_between_blades'"
    ),
    "wording_finds_nothing": wording("organs", "is it the", "finds no entry"),
    "wording_raises_alarm": wording("walking", "i have chest pain when walking", "raises the danger sign"),
    "banned_word": sentence("faq/serious.toml", "more", "It is quite SAFE, really.", "says 'safe'"),
    "banned_in_red_flag": sentence("red_flags/night.toml", "advice", "Don’t worry about it.", 'says "don\'t worry"'),
    "too_long": sentence("faq/indicate.toml", "more", LONG, "words are too long to listen to"),
    "unknown_slot": sentence("phrases.toml", "goodbye", "Go to {hospital} then.", "unknown slot {hospital}"),
    "open_slot": sentence("phrases.toml", "thanks", "Go to {doctor then.", "unknown slot {doctor"),
    "figures": sentence("faq/walking.toml", "more", "Walk for 20 minutes.", "has figures"),
    "painkiller": sentence("faq/physio_good.toml", "more", "Ibuprofen may help.", "says 'ibuprofen'"),
    "painkiller_slot": sentence("phrases.toml", "no_more", "You can buy {paracetamol} for it.", "says 'paracetamol'"),
    "aspirin": sentence("faq/treatment.toml", "more", "Some people like aspirin.", "says 'aspirin'"),
    "dose": sentence("faq/treatment.toml", "answer", "Take two tablets with food.", "says 'two tablets'"),
    "comma_before_mark": sentence("phrases.toml", "faster", "All right,, quicker.", "a comma meets another mark"),
    "too_many_sentences": Slip(
        "triage.toml", 'noted = ["', 'noted = ["Yes.", "I see.", "', "noted", "3 sentences at once, and 2 is the most"
    ),
    "two_questions": Slip(
        "phrases.toml",
        "What would you like to",
        "Is it? What would you like to",
        "start_over",
        "more than one question",
    ),
    "no_number": Slip(
        "faq/common_cause.toml", "Call {emergency_number}", "Get help", "see_doctor", "see_doctor must say when to call"
    ),
    "old_review": Slip("faq/between_blades_cause.toml", "reviewed = 2026", "reviewed = 2021", "reviewed", "a year ago"),
    "future_review": Slip("faq/muscle_or_spine.toml", "reviewed = 2", "reviewed = 3", "reviewed", "still to come"),
    "old_red_flag": Slip("red_flags/chest.toml", "reviewed = 2026", "reviewed = 2021", "reviewed", "a year ago"),
    "missing_phrase": Slip("phrases.toml", "\nlouder =", "\nlowder =", "", "the key 'louder' is missing"),
    "unknown_phrase": Slip("phrases.toml", "\nquieter =", "\nquiter =", "quiter", "unknown key 'quiter'"),
    "wrong_number": Slip("places.toml", '"zero zero zero"', '"triple zero"', "triple zero", "000 is not spoken"),
    "number_nowhere": Slip(
        "places.toml", '"your local emergency number"', '"nine one one"', "nine one one", "names a number"
    ),
    "place_twice": Slip("places.toml", '"AT"', '"IE", "AT"', '"IE"', "IE is already a code of IE"),
    "place_small_letters": Slip("places.toml", 'also = ["UK"]', 'also = ["uk"]', '"uk"', "capital letters"),
    "place_without_number": Slip(
        "places.toml", 'number = "120"', 'paid = "120"', "[CN]", "the key 'number' is missing"
    ),
    "place_level": Slip(
        "places.toml", '_level = "urgent"', '_level = "now"', "_level = ", "between_blades_level must be"
    ),
    "place_figures": Slip("places.toml", 'doctor = "a doctor"', 'doctor = "a doctor on 111"', "on 111", "has figures"),
}
if GRADE is not None:
    SLIPS["hard_to_read"] = Slip(
        "faq/muscle_or_spine.toml", "\nmore = [", f'\nmore = [\n  "{HARD}",', "more", "reads at school grade"
    )


def copy_of_shipped(folder: Path) -> Path:
    return Path(shutil.copytree(shipped("responses"), folder / "responses"))


def make(slip: Slip, folder: Path) -> None:
    path = folder / slip.file
    text = path.read_text(encoding="utf-8")
    assert slip.before in text, f"{slip.file} no longer holds {slip.before!r}: choose another edit"
    path.write_text(text.replace(slip.before, slip.after, 1), encoding="utf-8")


def line_to_blame(slip: Slip, folder: Path) -> int:
    lines = (folder / slip.file).read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if slip.at and slip.at in line), 1)


@pytest.fixture(scope="module")
def slipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content with every slip at once."""
    folder = copy_of_shipped(tmp_path_factory.mktemp("slipped"))
    for slip in SLIPS.values():
        make(slip, folder)
    return folder


@pytest.fixture(scope="module")
def faults(slipped: Path) -> list[Fault]:
    return content_check.check(slipped, TODAY, GRADE)


def test_shipped_content_has_no_fault() -> None:
    assert GRADE is not None, "the reading grade is part of the tests: install the test extra"
    assert content_check.check(shipped("responses"), TODAY, GRADE) == []


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_every_slip_of_one_run_is_found_where_it_was_made(slip: Slip, slipped: Path, faults: list[Fault]) -> None:
    line = line_to_blame(slip, slipped)
    here = [fault.says for fault in faults if (fault.file, fault.line) == (slip.file, line)]
    assert any(slip.says in says for says in here), f"{slip.file}:{line} has {here}"


def test_files_without_a_slip_have_no_fault(faults: list[Fault]) -> None:
    assert {fault.file for fault in faults} == {slip.file for slip in SLIPS.values()}


def test_a_wording_repeated_word_for_word_is_blamed_on_its_second_line(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    path = folder / "faq" / "serious.toml"
    first = next(iter(shipped_content().entries["serious"].phrases))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.rstrip().removesuffix("]") + f'  "{first}",\n]\n', encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines, 1) if line == f'  "{first}",']
    found = [fault for fault in content_check.check(folder, TODAY) if "is also at" in fault.says]
    assert [(fault.file, fault.line) for fault in found] == [("faq/serious.toml", places[1])]
    assert f"faq/serious.toml:{places[0]}" in found[0].says


@pytest.mark.parametrize(
    ("file", "text", "line", "says"),
    [
        ("faq/serious.toml", 'question = "a"\nquestion = "b"\n', 2, "not TOML"),
        ("faq/serious.toml", 'question = "a\n', 1, "not TOML"),
        ("places.toml", "[GB]\nnumber = 999\n[GB]\n", 3, "not TOML"),
        ("phrases.toml", "help = yes\n", 1, "not TOML"),
        ("banned.toml", "[x]\nwords = []\n", 1, "the key 'why' is missing"),
        ("banned.toml", 'words = ["fine"]\n', 1, "must stand in a table"),
        ("places.toml", 'GB = "999"\n[unknown]\n', 1, "GB must be a table"),
        ("places.toml", '[GB]\nnumber = "999"\n', 1, "the table [unknown] is missing"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, file: str, text: str, line: int, says: str) -> None:
    folder = copy_of_shipped(tmp_path)
    (folder / file).write_text(text, encoding="utf-8")
    found = content_check.check(folder, TODAY)
    assert any((fault.file, fault.line) == (file, line) and says in fault.says for fault in found), found


def test_an_entry_without_wordings_does_not_hide_other_faults(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    make(Slip("faq/serious.toml", "phrases = [", "wordings = [", "", ""), folder)
    make(wording("walking", "i have chest pain when walking", ""), folder)
    found = [str(fault) for fault in content_check.check(folder, TODAY)]
    assert any(line.startswith("faq/serious.toml:1: the key 'phrases' is missing") for line in found)
    assert any("raises the danger sign" in line for line in found)


@pytest.mark.parametrize("file", ["phrases.toml", "places.toml", "banned.toml"])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    folder = copy_of_shipped(tmp_path)
    (folder / file).unlink()
    assert Fault(file, 0, "the file is missing") in content_check.check(folder, TODAY)


def test_an_empty_folder_has_faults_and_no_crash(tmp_path: Path) -> None:
    assert content_check.check(tmp_path, TODAY)


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is not a folder"):
        content_check.check(tmp_path / "nowhere", TODAY)


def test_a_new_entry_needs_no_code(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    entry = (
        'question = "Can a mattress hurt my upper back?"\ntopic = "beds and mattresses"\nlevel = "self_care"\n'
        'source = "made up"\nreviewed = 2026-11-24\nanswer = ["A bed that suits you can help."]\n'
        'more = ["Try both a soft one and a firm one."]\nsee_doctor = ["Call {emergency_number} for chest pain."]\n'
        'phrases = ["what mattress should i buy for my upper back", "do i need a new mattress for upper back pain"]\n'
    )
    (folder / "faq" / "mattress.toml").write_text(entry, encoding="utf-8")
    found = content_check.check(folder, TODAY, GRADE)
    assert [fault for fault in found if "mattress" in str(fault)] == []
    assert "mattress" in read(folder)[0].entries


def test_every_reply_is_known_to_the_check() -> None:
    files = {group.file for group in spoken(shipped_content())}
    faq = {f"faq/{name}.toml" for name in shipped_content().entries}
    flags = {f"red_flags/{name}.toml" for name in shipped_content().flags}
    assert files >= faq | flags | {"phrases.toml", "places.toml"}


def test_command_prints_faults_on_stdout_and_fails(slipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "check", str(slipped)]) == 1
    out, err = capsys.readouterr()
    assert any(line.startswith("faq/serious.toml:") for line in out.splitlines())
    assert "to mend" in err


def test_command_prints_json(slipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "check", str(slipped), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert all(set(fault) == {"file", "line", "says"} for fault in found)
    assert any(fault["file"] == "places.toml" and fault["line"] > 1 for fault in found)


def test_command_says_when_the_folder_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "check", str(tmp_path / "nowhere")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
