"""``voice-skill evaluate``: the verdicts, the demands, and one run over texts and real recordings."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from voice_skill import evaluation, evaluation_figures
from voice_skill.cli import main
from voice_skill.errors import UsageError
from voice_skill.evaluation_cases import Case
from voice_skill.messages import Level
from voice_skill.paths import shipped

RECORDINGS = Path(__file__).parent / "recordings"


def tsv(folder: Path, *rows: tuple[str, ...], header: tuple[str, ...] = ("text", "expect", "group")) -> Path:
    path = folder / "cases.tsv"
    path.write_text("\n".join("\t".join(row) for row in (header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("expect", "happened", "right"),
    [
        (("serious",), ("serious", "no_alarm"), True),
        (("serious", "indicate"), ("indicate", "no_alarm"), True),
        (("serious",), ("serious", "level:soon", "level:any"), False),
        (("serious", "level:soon"), ("serious", "level:soon", "level:any"), True),
        (("level:urgent",), ("level:emergency", "level:any"), False),
        (("level:any",), ("level:soon", "level:any"), True),
        (("refuse",), ("no_alarm", "refuse"), True),
        (("no_alarm",), ("level:soon", "level:any"), False),
    ],
)
def test_right_is_an_acceptable_outcome_without_an_unexpected_alarm(
    expect: tuple[str, ...], happened: tuple[str, ...], right: bool
) -> None:
    assert evaluation.is_right(expect, happened) is right


@pytest.mark.parametrize(
    ("expect", "level", "missed"),
    [
        (("level:emergency",), None, True),
        (("level:emergency",), Level.URGENT, True),
        (("level:urgent", "level:soon"), Level.SOON, False),
        (("level:any",), Level.SELF_CARE, True),
        (("serious",), None, False),
    ],
)
def test_missed_is_a_level_below_all_that_were_due(expect: tuple[str, ...], level: Level | None, missed: bool) -> None:
    happened = (f"level:{level.id}", "level:any") if level and level > Level.SELF_CARE else ("no_alarm",)
    assert evaluation.missed_alarm(expect, happened, level) is missed


def test_a_run_over_texts_and_a_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audio = str(RECORDINGS / "is_upper_back_pain_serious.wav")
    cases = tsv(
        tmp_path,
        ("is upper back pain serious", "", "serious", "text", ""),
        ("", audio, "serious", "audio", "is upper back pain serious"),
        ("i have chest pain", "", "level:emergency", "alarm", ""),
        header=("text", "audio", "expect", "group", "words"),
    )
    out, page = tmp_path / "rows.json", tmp_path / "page.html"
    arguments = ["evaluate", str(cases), "--jobs", "1", "--json", str(out), "--html", str(page)]
    assert main([*arguments, "--require", "right>=100", "--require", "audio:wer<=0"]) == 0
    assert [row["right"] for row in json.loads(out.read_text())] == [True, True, True]
    assert page.read_text().count("data:image/png") == 3
    printed = capsys.readouterr().out
    assert "total" in printed
    assert main([*arguments[:4], "--compare", str(out)]) == 0
    assert "became wrong: 0 of 3" in capsys.readouterr().out


def test_a_figure_that_is_missed_exits_1_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tsv(tmp_path, ("how do i bake a cake", "serious", "hard"))
    assert main(["evaluate", str(cases), "--jobs", "1", "--require", "hard:right>=50"]) == 1
    assert "right is 0.00" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        ([("a", "b")], ("text", "other"), "header"),
        ([("a", "")], ("text", "expect"), ":2: 'expect' is empty"),
        ([("a", "sirious")], ("text", "expect"), ":2: unknown outcome 'sirious' in 'expect': did you mean 'serious'?"),
        ([("a", "refuse", "b")], ("text", "expect"), ":2: has more cells than the header"),
        ([("", "refuse")], ("audio", "expect"), ":2: 'audio' is empty"),
        ([("x" * 200_000, "refuse")], ("text", "expect"), ":2: is no row of text cells"),
        ([("a", "command:repeet")], ("text", "expect"), "unknown outcome 'command:repeet'"),
        ([], ("text", "expect"), "no cases"),
    ],
    ids=["no-expect", "empty", "unknown", "cells", "no-audio", "endless", "command", "nothing"],
)
def test_wrong_cases_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list, header: tuple, says: str
) -> None:
    assert main(["evaluate", str(tsv(tmp_path, *rows, header=header))]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("text", ["right", "right>90", "wright>=90", ">=90"])
def test_a_demand_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        evaluation_figures.demand(text)


def test_a_file_that_is_not_there_is_told_without_an_errno(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "no_such_cases.tsv"]) == 2
    error = capsys.readouterr().err
    assert "no_such_cases.tsv: cannot be read" in error
    assert "Errno" not in error
    assert len(error.splitlines()) == 1


def test_a_column_that_nothing_reads_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tsv(tmp_path, ("is upper back pain serious", "serious", "b"), header=("text", "expect", "gruop"))
    assert main(["evaluate", str(cases), "--jobs", "1"]) == 0
    assert "column 'gruop' is not used" in capsys.readouterr().err


def test_a_missing_recording_is_not_right_and_silence_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tsv(
        tmp_path,
        ("no_such.wav", "refuse"),
        (str(RECORDINGS / "silence.wav"), "refuse"),
        header=("audio", "expect"),
    )
    out = tmp_path / "rows.json"
    assert main(["evaluate", str(cases), "--jobs", "1", "--json", str(out)]) == 0
    rows = json.loads(out.read_text())
    assert [row["right"] for row in rows] == [False, True]
    assert [row["seconds"] for row in rows] == [None, None]
    assert "line 2: no_such.wav" in capsys.readouterr().err.replace(str(tmp_path) + "/", "")


def test_the_word_error_rate_counts_spoken_words_alone() -> None:
    said = evaluation.spoken("It\u2019s my Upper-back, doctor!")
    assert said == ["it's", "my", "upper", "back", "doctor"]


def test_the_first_case_does_not_pay_for_loading(tmp_path: Path) -> None:
    # A judge that is made has read the content already: its first answer needs no file any more.
    responses = tmp_path / "responses"
    shutil.copytree(shipped("responses"), responses)
    judge = evaluation.Judge(evaluation.Setup(responses))
    shutil.rmtree(responses)
    case = Case(2, "is upper back pain serious", "", ("serious",), "all", "")
    assert judge.rows([case])[0].right


def test_the_same_file_may_be_compared_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "rows.json"
    before = [{"case": {"text": "is upper back pain serious", "audio": ""}, "right": False, "outcomes": ["refuse"]}]
    out.write_text(json.dumps(before))
    cases = tsv(tmp_path, ("is upper back pain serious", "serious", "a"))
    assert main(["evaluate", str(cases), "--jobs", "1", "--json", str(out), "--compare", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "became right: 1 of 1" in printed
    assert "was refuse; is serious" in printed


def test_more_processes_give_the_same_rows() -> None:
    cases = [Case(at, f"is upper back pain serious {at}", "", ("serious",), "all", "") for at in range(40)]
    setup = evaluation.Setup(shipped("responses"))
    ticks: list[int] = []
    one, two = evaluation.run(cases, setup, 1), evaluation.run(cases, setup, 2, ticks.append)
    assert [replace(row, seconds=None) for row in two] == [replace(row, seconds=None) for row in one]
    assert sum(ticks) == 40
    assert len(ticks) > 1
