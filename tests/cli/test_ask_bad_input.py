"""What cannot be answered: one line that says what to do, the right status, and the rest still answered."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from asking import QUESTION, ask, objects, wav

from voice_skill.paths import encodable, printable, shipped


def bad_files(folder: Path) -> dict[str, Path]:
    """One file for each way a recording can be wrong."""
    rng = np.random.default_rng(7)
    whole = QUESTION.read_bytes()
    made = {name: folder / f"{name}.wav" for name in ("empty", "text", "image", "header", "cut")}
    made["empty"].write_bytes(b"")
    made["text"].write_text("is upper back pain serious", encoding="utf-8")
    made["image"].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    made["header"].write_bytes(whole[:30])
    made["cut"].write_bytes(whole[: len(whole) // 2 + 1])
    made["missing"] = folder / "missing.wav"
    made["none"] = wav(folder / "none.wav", np.zeros(0))
    made["one"] = wav(folder / "one.wav", np.zeros(1))
    made["silence"] = wav(folder / "silence.wav", np.zeros(32_000))
    made["noise"] = wav(folder / "noise.wav", rng.uniform(-0.3, 0.3, 32_000))
    made["nan"] = wav(folder / "nan.wav", np.full(16_000, np.nan), subtype="FLOAT")
    made["inf"] = wav(folder / "inf.wav", np.full(16_000, np.inf), subtype="FLOAT")
    made["hours"] = folder / "hours.flac"
    with soundfile.SoundFile(made["hours"], "w", 8_000, 1, format="FLAC") as file:
        for _ in range(120):
            file.write(np.zeros(60 * 8_000, np.int16))
    made["two-line name"] = folder / "two\nlines.wav"
    made["no UTF-8 name"] = folder / os.fsdecode(b"no\xfftext.wav")
    for name in ("two-line name", "no UTF-8 name"):
        made[name].write_bytes(b"")
    made["loop"] = folder / "loop.wav"
    made["loop"].symlink_to("loop.wav")
    made["cut ogg"], made["cut mp3"] = folder / "cut.ogg", folder / "cut.mp3"
    for path, kind, subtype in ((made["cut ogg"], "OGG", "VORBIS"), (made["cut mp3"], "MP3", "MPEG_LAYER_III")):
        soundfile.write(path, *soundfile.read(QUESTION), subtype=subtype, format=kind)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    made["siren"] = wav(folder / "siren.wav", 0.3 * np.sin(np.cumsum(np.sin(np.arange(64_000) / 4_000) * 0.1 + 0.3)))
    made["folder"] = folder / "nothing here"
    made["folder"].mkdir()
    return made


def test_bad_recordings_get_a_line_each_and_the_good_one_its_answer(tmp_path: Path) -> None:
    bad = bad_files(tmp_path)
    done = ask(*bad.values(), QUESTION, "--json", "--no-speech")
    *faults, good = objects(done)
    assert done.returncode == 1
    assert good["entry"] == "serious"
    assert len(faults) == len(bad)
    for name, fault in zip(bad, faults, strict=True):
        assert "error" in fault, f"{name}: {fault}"
        assert "\n" not in fault["error"]
        assert fault["error"].startswith(printable(bad[name])), f"{name}: {fault}"
        assert fault["file"] == encodable(bad[name])
    assert done.stderr == b""


def test_a_broken_model_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    done = ask(QUESTION, "--no-speech", "--model", tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("damaged", ["graph/Gr.fst", "am/final.mdl"])
def test_a_damaged_model_is_one_line_a_file(tmp_path: Path, damaged: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(shipped("models") / "vosk-model-starter-en", folder)
    (folder / damaged).write_bytes(b"damaged" * 100)
    done = ask(QUESTION, "--no-speech", "--model", folder)
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("voice-skill: ")
    assert "models list" in line


def test_results_that_nobody_reads_end_it_quietly() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "voice_skill", "ask", "--no-speech", "--text", "is upper back pain serious"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.returncode == 1
    assert done.stderr == b""


def test_closed_standard_input_is_told() -> None:
    for arguments, status in ((["-"], 1), (["--text", "-"], 2)):
        command = shlex.join([sys.executable, "-m", "voice_skill", "ask", "--no-speech", *arguments]) + " <&-"
        done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
        assert done.returncode == status
        assert b"is closed" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_an_answer_never_overwrites_its_question(tmp_path: Path) -> None:
    question = tmp_path / "q.wav"
    question.write_bytes(QUESTION.read_bytes())
    done = ask(question, "--out", tmp_path / "." / "q.wav", HOME=str(tmp_path))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert question.read_bytes() == QUESTION.read_bytes()


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("voice-skill: ")
    assert done.stdout == b""
    return line


@pytest.mark.parametrize("name", ["is_upper_back_pain_serious.wav", "answer.wav"])
def test_answers_never_lie_among_the_questions_of_a_folder(tmp_path: Path, name: str) -> None:
    shutil.copy(QUESTION, tmp_path)
    done = ask(tmp_path, "--out", tmp_path / name, HOME=str(tmp_path))
    assert done.returncode == 2
    assert "--out" in one_line(done)
    assert [each.name for each in tmp_path.iterdir()] == [QUESTION.name]
    assert (tmp_path / QUESTION.name).read_bytes() == QUESTION.read_bytes()


def test_a_link_to_a_question_is_not_written_through(tmp_path: Path) -> None:
    questions = tmp_path / "questions"
    questions.mkdir()
    shutil.copy(QUESTION, questions)
    (tmp_path / "out.wav").symlink_to(questions / QUESTION.name)
    assert ask(questions, "--out", tmp_path / "out.wav", HOME=str(tmp_path)).returncode == 2
    assert (questions / QUESTION.name).read_bytes() == QUESTION.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [["--text", ""], ["--text", " \t"], ["--text", "-"], [""], ["--rate", "fast"], ["--nonsense"], ["--out"]],
    ids=["no-text", "blank-text", "nothing-piped", "no-name", "no-number", "no-such-flag", "no-value"],
)
def test_wrong_usage_is_one_line(arguments: list[str]) -> None:
    done = ask(*arguments, "--no-speech", stdin=b"\n")
    assert done.returncode == 2
    one_line(done)


def test_a_silence_in_a_conversation_is_no_wrong_usage() -> None:
    done = ask("--session", "--no-speech", "--json", "--text", "")
    assert done.returncode == 0
    assert objects(done)[0]["reply"]


def test_words_that_are_no_question_are_not_understood() -> None:
    done = ask("--no-speech", "--json", "--text", "...")
    assert done.returncode == 3
    assert objects(done)[0]["entry"] is None


@pytest.mark.parametrize("name", ["two\nlines", os.fsdecode(b"no\xfftext")])
def test_the_name_of_a_model_or_an_output_keeps_the_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name / "am").mkdir(parents=True)
    for flag in ("--model", "--out"):
        done = ask(QUESTION, "--no-speech", flag, tmp_path / name, HOME=str(tmp_path))
        assert done.returncode in (1, 2)
        assert str(tmp_path) in one_line(done)


MAY_NOT_ALL = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
"""Before a command of root, who may read everything unless it gives that up."""


@pytest.mark.skipif(bool(MAY_NOT_ALL) and not shutil.which("setpriv"), reason="root may read everything")
def test_a_closed_file_and_folder_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    for name in ("file.wav", "closed/inside.wav"):
        shutil.copy(QUESTION, tmp_path / name)
    (tmp_path / "file.wav").chmod(0)
    (tmp_path / "closed").chmod(0)
    command = [*MAY_NOT_ALL, sys.executable, "-m", "voice_skill", "ask", "--json", "--no-speech"]
    names = [tmp_path / "file.wav", tmp_path / "closed", tmp_path / "closed" / "inside.wav", QUESTION]
    done = subprocess.run([*command, *map(str, names)], capture_output=True, check=False)
    (tmp_path / "closed").chmod(0o700)
    *faults, good = objects(done)
    assert [printable(name) in fault["error"] for name, fault in zip(names, faults, strict=False)] == [True] * 3
    assert all("may read it" in fault["error"] for fault in faults)
    assert good["entry"] == "serious"
