"""``voice-skill ask`` as a person runs it: the real recogniser on the real recordings, nothing replaced."""

import csv
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from asking import QUESTION, RECORDINGS, ask, objects, wav

from voice_skill.content import shipped_content


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
