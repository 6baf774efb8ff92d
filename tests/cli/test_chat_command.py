"""``voice-skill chat`` and ``ask --session`` as a person or a program runs them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from voice_skill.speak.synthesis import Voice

SILENCE = Path(__file__).parent.parent / "recordings" / "silence.wav"


def run(*args: str, lines: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voice_skill", *args]
    return subprocess.run(
        command, input=lines, capture_output=True, text=True, env={**os.environ, **environ}, check=False
    )


def test_each_line_gives_one_object_and_the_end_of_the_input_ends_it() -> None:
    lines = ["check my symptoms", "my upper back aches", "me", "", "no", "no", "goodbye", "is walking good"]
    done = run("chat", "--json", "--place", "GB", lines="\n".join(lines))
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [each["asks"] for each in objects] == [
        "describe", "who", "chest", "chest", "breath", "sudden", None, "offer_triage",
    ]  # fmt: skip
    assert [each["done"] for each in objects] == [False, False, False, False, False, False, True, False]
    assert [each["transcript"] for each in objects] == lines
    assert {"reply", "level", "red_flags", "entry", "confidence", "command"} <= set(objects[0])
    assert objects[-2]["level"] == "soon"


@pytest.mark.parametrize(
    ("said", "level"), [("is upper back pain serious", "self_care"), ("i have chest pain", "emergency")]
)
def test_a_line_after_the_end_begins_a_new_talk_but_leaves_no_emergency(said: str, level: str) -> None:
    """It was answered as if nobody had said goodbye."""
    lines = "\n".join(["i have a fever with my back pain", said, "goodbye", "is walking good for upper back pain"])
    objects = [json.loads(line) for line in run("chat", "--json", "--place", "GB", lines=lines).stdout.splitlines()]
    assert objects[2]["done"]
    assert objects[3]["level"] == level
    assert objects[3]["done"] is False


def test_a_line_is_answered_before_the_next_is_written() -> None:
    command = [sys.executable, "-m", "voice_skill", "chat", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as chat:
        assert chat.stdin and chat.stdout
        for text, level in (("is upper back pain serious", "self_care"), ("i have chest pain", "emergency")):
            print(text, file=chat.stdin, flush=True)
            assert json.loads(chat.stdout.readline())["level"] == level
        chat.stdin.close()


@pytest.mark.parametrize("lines", ["", "\n", "\n\n\n\n\n", "\x00\x07\n", "yes\n" * 40, "a" * 5000 + "\n", "no"])
def test_odd_input_ends_well(lines: str) -> None:
    for how in ([], ["--json"]):
        done = run("chat", *how, lines=lines)
        assert (done.returncode, done.stderr) == (0, "")


def test_bytes_that_are_no_text_are_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voice_skill", "chat", "--json"],
        input=b"\xff\xfe chest pain\n",
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr


def test_plain_chat_greets_says_results_whole_and_ends_on_goodbye() -> None:
    answers = ["check my symptoms", "my upper back aches", "me", *["no"] * 10, "bye", "never read"]
    done = run("chat", "--place", "GB", lines="\n".join(answers))
    assert done.stdout.startswith("Hello")
    assert "can't examine you" in done.stdout
    assert done.stdout.rstrip().endswith("Goodbye, and take care.")
    assert "> " not in done.stdout


def spoken(folder: Path, *texts: str) -> list[str]:
    """A recording of each text, and of nobody for an empty one."""
    voice = Voice(150)
    for number, text in enumerate(texts):
        if text:
            speech = voice.synthesise(text)
            soundfile.write(folder / f"{number:02}.wav", speech.samples, speech.rate)
        else:
            shutil.copy(SILENCE, folder / f"{number:02}.wav")
    return [str(folder / f"{number:02}.wav") for number in range(len(texts))]


def test_recordings_of_a_session_go_through_the_questions(tmp_path: Path) -> None:
    files = spoken(tmp_path, "check my symptoms", "my upper back aches", "me", "no", "nope", "", "not really", "yes")
    done = run("ask", "--session", "--json", "--no-speech", "--place", "GB", *files)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["asks"] for each in objects] == [
        "describe", "who", "chest", "breath", "sudden", "sudden", "accident", "accident_big",
    ]  # fmt: skip
    assert done.returncode == 0


def test_two_silent_recordings_end_the_questions_without_an_all_clear(tmp_path: Path) -> None:
    files = spoken(tmp_path, "check my symptoms", "", "")
    done = run("ask", "--session", "--json", "--no-speech", "--place", "GB", *files)
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["asks"], last["level"]) == (None, "soon")
    assert "nine nine nine" in " ".join(last["reply"])
