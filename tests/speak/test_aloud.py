"""Answers aloud and into a file, as people run it; what is missing is told once and the answer still given."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile
from heard import words
from virtual_audio import HEARD_RATE, VirtualAudio

from voice_skill.messages import Delivery
from voice_skill.speak.aloud import Aloud
from voice_skill.speak.synthesis import Voice

QUESTION = Path(__file__).parent.parent / "recordings" / "is_upper_back_pain_serious.wav"
CAUSES = QUESTION.with_name("what_is_the_most_common_cause_of_upper_back_pain.wav")
TIMER = QUESTION.with_name("oov_set_a_timer_for_ten_minutes.wav")
"""What is not understood has the shortest answer."""


@pytest.fixture
def quiet(tmp_path: Path) -> Mapping[str, str]:
    """A machine without a loudspeaker, and with a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    return {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home), "PULSE_SERVER": f"unix:{home}/none"}


def ask(*args: object, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voice_skill", "ask", *map(str, args)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)


def spoken(path: Path) -> set[str]:
    """The words in a WAV file."""
    samples, rate = soundfile.read(path, dtype="int16")
    return set(words(samples, rate).split())


def share(reply: list[str], heard: set[str]) -> float:
    """How many of a reply's words are among those heard."""
    said = set(re.findall(r"[a-z']+", " ".join(reply).lower()))
    return len(said & heard) / len(said)


def test_the_file_holds_the_whole_answer_made_or_remembered(tmp_path: Path, quiet: Mapping[str, str]) -> None:
    for name in ("first.wav", "again.wav"):
        done = ask(TIMER, "--json", "--out", tmp_path / name, environ=quiet)
        assert done.returncode == 3, done.stderr
        reply = json.loads(done.stdout)["reply"]
        lengths = [Voice().synthesise(sentence).seconds for sentence in reply]
        assert soundfile.info(tmp_path / name).duration == pytest.approx(sum(lengths) + 0.6, rel=0.1)
    assert share(reply, spoken(tmp_path / name)) > 0.7


def test_the_answer_comes_out_of_the_loudspeaker(virtual_audio: VirtualAudio, quiet: Mapping[str, str]) -> None:
    with virtual_audio.recording() as recorded:
        done = ask(TIMER, "--json", "--rate", 200, environ={**quiet, **virtual_audio.environ})
    assert (done.returncode, done.stderr) == (3, "")
    assert share(json.loads(done.stdout)["reply"], set(words(recorded.samples, HEARD_RATE).split())) > 0.7


@pytest.mark.parametrize("out", [False, True])
def test_no_loudspeaker_is_told_once_and_the_answers_given(tmp_path: Path, quiet: Mapping[str, str], out: bool) -> None:
    options = ["--out", tmp_path / "answer.wav"] if out else []
    done = ask(QUESTION, CAUSES, *options, environ=quiet)
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert "the answers are not spoken" in done.stderr
    assert done.stdout.count("Taken for") == 2
    if out:
        assert soundfile.info(tmp_path / "answer.wav").duration > 20


NO_ESPEAK = """
import ctypes

class Without(ctypes.CDLL):
    def __init__(self, name, *args, **kwargs):
        if "espeak" in str(name):
            raise OSError(f"{name}: cannot open shared object file")
        super().__init__(name, *args, **kwargs)

ctypes.CDLL = Without
"""


@pytest.mark.parametrize("out", [False, True])
@pytest.mark.parametrize(
    ("lacks", "told"), [("espeak", "espeak-ng is missing. Run: "), ("voice", "there is no variant 'zzz'")]
)
def test_no_voice_is_told_once_and_the_answers_given(
    tmp_path: Path, quiet: Mapping[str, str], lacks: str, told: str, out: bool
) -> None:
    options = ["--out", tmp_path / "answer.wav"] if out else []
    if lacks == "voice":
        options += ["--voice", "en-us+zzz"]
    else:
        (tmp_path / "sitecustomize.py").write_text(NO_ESPEAK)
    done = ask(QUESTION, CAUSES, *options, environ={**quiet, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == (1 if out else 0)
    assert len(done.stderr.splitlines()) == 1
    assert told in done.stderr
    assert done.stdout.count("Taken for") == 2
    assert not (tmp_path / "answer.wav").exists()


def test_the_file_is_whole_after_an_interrupt(
    tmp_path: Path, virtual_audio: VirtualAudio, quiet: Mapping[str, str]
) -> None:
    out = tmp_path / "answer.wav"
    command = [sys.executable, "-m", "voice_skill", "ask", str(QUESTION), "--json", "--out", str(out)]
    with virtual_audio.recording() as recorded:
        process = subprocess.Popen(
            command, env={**quiet, **virtual_audio.environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        while process.poll() is None and not len(recorded.audible):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
    assert "Traceback" not in stderr
    reply = json.loads(stdout)["reply"]
    whole = sum(Voice().synthesise(sentence).seconds for sentence in reply)
    assert soundfile.info(out).duration == pytest.approx(whole + 0.6, rel=0.1)
    assert len(recorded.audible) / HEARD_RATE < whole / 2


def test_a_file_that_cannot_be_written_is_told_once_and_the_answers_given(quiet: Mapping[str, str]) -> None:
    done = ask(QUESTION, CAUSES, "--out", "/dev/full", environ=quiet)
    assert done.returncode == 1
    assert done.stderr.count("/dev/full: cannot be written") == 1
    assert done.stdout.count("Taken for") == 2


def test_one_sentence_without_sound_does_not_silence_the_others(tmp_path: Path) -> None:
    told: list[str] = []
    aloud = Aloud(Voice, out=tmp_path / "answer.wav", loudspeaker=False, tell=told.append)
    aloud.say(aloud.first(["...", "Call the emergency number now.", "..."]))
    aloud.close()
    assert {"call", "emergency", "number"} & spoken(tmp_path / "answer.wav")
    assert len(told) == 1


def test_slower_and_louder_are_heard(tmp_path: Path) -> None:
    lengths, peaks = [], []
    for delivery in (Delivery(), Delivery(rate=0.7, volume=1.5)):
        aloud = Aloud(lambda: Voice(volume=0.3), out=tmp_path / "answer.wav", loudspeaker=False)
        aloud.say(aloud.first(["It is usually a muscle or a joint."], delivery))
        aloud.close()
        samples, _ = soundfile.read(tmp_path / "answer.wav")
        lengths.append(len(samples))
        peaks.append(np.abs(samples).max())
    assert lengths[1] > 1.2 * lengths[0]
    assert peaks[1] == pytest.approx(1.5 * peaks[0], rel=0.15)


def test_who_wants_no_sound_gets_no_engine() -> None:
    aloud = Aloud(Voice, loudspeaker=False)
    assert list(aloud.first(["Hello."])) == []
    aloud.say([])
    aloud.close()
