"""``voice-skill ask`` as a person runs it: the real recogniser on the real recordings, nothing replaced."""

import csv
import json
import os
import shlex
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_skill.content import shipped_content
from voice_skill.paths import encodable, printable, shipped

RECORDINGS = Path(__file__).parent.parent / "recordings"
QUESTION = RECORDINGS / "is_upper_back_pain_serious.wav"


def ask(*args: object, stdin: bytes | None = None, **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "voice_skill", "ask", *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, env={**os.environ, **environ}, check=False)


def objects(done: subprocess.CompletedProcess[bytes]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def answers() -> dict[str, dict]:
    """The whole folder of recordings, answered in one call."""
    done = ask(RECORDINGS, "--json", "--no-speech")
    return {Path(each["file"]).name: each for each in objects(done)}


def labelled(kind: str) -> list[tuple[str, str]]:
    """File and expected outcome of the recordings of one kind."""
    with (RECORDINGS / "recordings.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    entries = set(shipped_content().entries)
    kinds = {"entry": entries, "emergency": {"emergency"}, "refuse": {"refuse"}}
    return [(row["file"], row["expect"]) for row in rows if row["expect"] in kinds[kind] and row["words"]]


@pytest.mark.parametrize(("file", "entry"), labelled("entry"))
def test_every_seed_question_is_answered_right(answers: dict[str, dict], file: str, entry: str) -> None:
    answer = answers[file]
    assert answer["entry"] == entry
    assert answer["level"] == "self_care"
    assert answer["red_flags"] == []
    assert "emergency number" in " ".join(answer["reply"])


@pytest.mark.parametrize(("file", "expect"), labelled("emergency"))
def test_every_emergency_is_found_and_nothing_else_is_answered(
    answers: dict[str, dict], file: str, expect: str
) -> None:
    answer = answers[file]
    assert answer["level"] == expect
    assert answer["entry"] is None
    assert "I can't call for you" in " ".join(answer["reply"])


@pytest.mark.parametrize(("file", "expect"), labelled("refuse"))
def test_off_topic_questions_are_refused_with_a_safety_net(answers: dict[str, dict], file: str, expect: str) -> None:
    answer = answers[file]
    assert answer["entry"] is None
    assert answer["level"] is None
    assert "emergency number" in " ".join(answer["reply"])


@pytest.mark.parametrize("file", ["silence.wav", "noise.wav"])
def test_nothing_is_answered_when_nobody_speaks(answers: dict[str, dict], file: str) -> None:
    assert "no speech was heard" in answers[file]["error"]
    assert "reply" not in answers[file]


def test_json_has_every_promised_field(answers: dict[str, dict]) -> None:
    promised = (
        "file transcript confidence alternatives entry score margin runner_up level red_flags reply seconds model"
    )
    for answer in answers.values():
        if "error" not in answer:
            assert set(promised.split()) <= set(answer)
            assert set(answer["seconds"]) == {"audio", "hear", "understand", "answer", "speak"}
            assert answer["model"] == "vosk-model-starter-en"


@pytest.mark.parametrize(
    ("files", "status"),
    [
        (["is_upper_back_pain_serious.wav"], 0),
        (["oov_how_do_i_bake_a_chocolate_cake.wav"], 3),
        (["silence.wav", "is_upper_back_pain_serious.wav"], 1),
        ([], 2),
    ],
    ids=["answered", "not-understood", "one-unreadable", "nothing-given"],
)
def test_exit_status(files: list[str], status: int) -> None:
    assert ask(*(RECORDINGS / file for file in files), "--no-speech").returncode == status


def test_plain_output_shows_what_was_heard_and_taken_for() -> None:
    out = ask(QUESTION, "--no-speech").stdout.decode()
    assert '"is upper back pain serious"' in out
    assert "Is upper back pain serious?" in out


def test_standard_input_is_a_recording_and_text_is_a_question() -> None:
    assert objects(ask("-", "--json", "--no-speech", stdin=QUESTION.read_bytes()))[0]["entry"] == "serious"
    done = ask("--text", "-", "--json", "--no-speech", stdin=b"is upper back pain serious\ni have chest pain\n")
    assert [each["level"] for each in objects(done)] == ["self_care", "emergency"]


def test_answers_are_written_as_speech(tmp_path: Path) -> None:
    out = tmp_path / "answer.wav"
    done = ask(QUESTION, "--out", out, "--json", HOME=str(tmp_path))
    assert done.returncode == 0
    samples, rate = soundfile.read(out)
    assert rate == 22_050
    assert len(samples) > 5 * rate
    assert np.abs(samples).max() > 0.1


def test_an_answer_never_overwrites_its_question(tmp_path: Path) -> None:
    question = tmp_path / "q.wav"
    question.write_bytes(QUESTION.read_bytes())
    done = ask(question, "--out", tmp_path / "." / "q.wav", HOME=str(tmp_path))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert question.read_bytes() == QUESTION.read_bytes()


def test_the_place_sets_the_number() -> None:
    emergency = RECORDINGS / "i_have_chest_pain_and_my_arm_is_numb.wav"
    said = {
        place: " ".join(objects(ask(emergency, "--json", "--no-speech", "--place", place))[0]["reply"])
        for place in ("GB", "US", "unknown", "ZZ")
    }
    assert "nine nine nine" in said["GB"]
    assert "nine one one" in said["US"]
    assert "your local emergency number" in said["unknown"]
    assert said["ZZ"] == said["unknown"]


def test_explain_shows_the_five_nearest_phrases() -> None:
    near = objects(ask(QUESTION, "--json", "--no-speech", "--explain"))[0]["nearest"]
    assert len(near) == 5
    assert near[0]["entry"] == "serious"


def wav(path: Path, samples: np.ndarray, rate: int = 16_000, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


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


def test_a_wav_from_a_pipe_with_no_length_is_read(tmp_path: Path) -> None:
    data = bytearray(QUESTION.read_bytes())
    at = data.index(b"data")
    data[4:8] = data[at + 4 : at + 8] = struct.pack("<I", 0xFFFFFFFF)
    path = tmp_path / "piped.wav"
    path.write_bytes(data)
    assert objects(ask(path, "--json", "--no-speech"))[0]["entry"] == "serious"


def test_questions_with_pauses_between_are_answered_one_by_one(tmp_path: Path) -> None:
    pause = np.zeros(3 * 16_000)
    parts = [soundfile.read(RECORDINGS / file)[0] for file, _ in labelled("entry")[:4]]
    path = wav(tmp_path / "four.wav", np.concatenate([each for part in parts for each in (part, pause)]))
    found = [each["entry"] for each in objects(ask(path, "--json", "--no-speech"))]
    assert found == [entry for _, entry in labelled("entry")[:4]]
