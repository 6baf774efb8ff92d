"""Speech that is really made, really played to a virtual loudspeaker, and heard again by the skill's own recogniser."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from voice_skill.errors import SynthesisError
from voice_skill.hear.models import find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.recording import SAMPLE_RATE
from voice_skill.speak.synthesis import Voice

SENTENCE = "Is upper back pain serious?"
RECORDING = Path(__file__).parent.parent / "recordings" / "is_upper_back_pain_serious.wav"


@pytest.fixture
def voice(tmp_path: Path) -> Iterator[Voice]:
    made = Voice(cache=tmp_path / "speech")
    yield made
    made.close()


def heard(samples: np.ndarray, rate: int) -> str:
    recogniser = Recogniser(find_model("vosk-model-starter-en").folder)
    return recogniser.transcribe([soxr.resample(samples, rate, SAMPLE_RATE).astype(np.int16)]).text


def test_what_is_spoken_is_heard_again(voice: Voice) -> None:
    speech = voice.synthesise(SENTENCE)
    assert speech.rate == 22_050
    assert 1 < speech.seconds < 4
    assert heard(speech.samples, speech.rate) == "is upper back pain serious"


def test_a_sentence_is_made_once_and_kept(voice: Voice, tmp_path: Path) -> None:
    first = voice.synthesise(SENTENCE)
    again = Voice(cache=tmp_path / "speech").synthesise(SENTENCE)
    assert np.array_equal(first.samples, again.samples)
    assert len(list((tmp_path / "speech").iterdir())) == 1


def test_a_damaged_cache_file_is_made_anew(voice: Voice, tmp_path: Path) -> None:
    speech = voice.synthesise(SENTENCE)
    (kept,) = (tmp_path / "speech").iterdir()
    kept.write_bytes(b"RIFF")
    with contextlib.closing(Voice(cache=tmp_path / "speech")) as another:
        assert another.synthesise(SENTENCE).seconds == pytest.approx(speech.seconds, abs=0.1)


def test_the_cache_keeps_to_its_size(tmp_path: Path) -> None:
    with contextlib.closing(Voice(cache=tmp_path / "speech", cache_mb=1)) as voice:
        for number in range(25):
            voice.synthesise(f"This is a sentence that is number {number} of them all.")
    assert sum(file.stat().st_size for file in (tmp_path / "speech").iterdir()) <= 2**20


def test_rate_and_volume_do_what_they_say(voice: Voice) -> None:
    with contextlib.closing(Voice(rate=250)) as fast, contextlib.closing(Voice(volume=0.25)) as quiet:
        plain = voice.synthesise(SENTENCE)
        assert fast.synthesise(SENTENCE).seconds < 0.8 * plain.seconds
        assert np.abs(quiet.synthesise(SENTENCE).samples).max() < 0.3 * np.abs(plain.samples).max()


def test_many_threads_get_their_own_sentences(voice: Voice) -> None:
    texts = [f"Number {word}." for word in ("one", "two", "three", "four", "five", "six")] * 3
    alone = {text: voice.synthesise(text).seconds for text in texts}
    with contextlib.closing(Voice()) as shared, ThreadPoolExecutor(4) as pool:
        for text, speech in zip(texts, pool.map(shared.synthesise, texts), strict=True):
            # espeak-ng varies a little from run to run.
            assert speech.seconds == pytest.approx(alone[text], abs=0.1)


def test_an_unknown_voice_is_told_with_near_ones() -> None:
    with pytest.raises(SynthesisError, match="there is no voice 'en-zz'"):
        Voice(voice="en-zz").synthesise(SENTENCE)


class Loudspeaker:
    """A PulseAudio of its own with a null sink: PortAudio plays to it, and what it plays can be recorded."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700)
        (home / ".asoundrc").write_text("pcm.!default pulse\nctl.!default pulse\n")
        self.environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("PULSE_", "XDG_"))},
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "PULSE_SERVER": f"unix:{home}/socket",
        }
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--log-level=error",
        ]
        command += ["-L", f"module-native-protocol-unix socket={home}/socket auth-anonymous=1"]
        command += ["-L", "module-null-sink sink_name=speaker"]
        self._server = subprocess.Popen(command, env=self.environ)
        for _ in range(100):
            if subprocess.run(["pactl", "info"], env=self.environ, capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("pulseaudio did not start")

    def close(self) -> None:
        self._server.send_signal(signal.SIGTERM)
        self._server.wait(10)


@pytest.fixture
def loudspeaker(tmp_path: Path) -> Iterator[Loudspeaker]:
    if not shutil.which("pulseaudio"):
        if os.environ.get("CI"):
            pytest.fail("pulseaudio is missing; .ci/run installs it")
        pytest.skip("needs pulseaudio: sudo apt install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2")
    made = Loudspeaker(tmp_path / "pulse")
    yield made
    made.close()


def test_the_answer_comes_out_of_the_loudspeaker(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    out = tmp_path / "heard.wav"
    record = ["parecord", "--device=speaker.monitor", "--rate=16000", "--channels=1", "--file-format=wav", str(out)]
    recorder = subprocess.Popen(record, env=loudspeaker.environ)
    time.sleep(1.0)
    ask = [sys.executable, "-m", "voice_skill", "ask", str(RECORDING)]
    done = subprocess.run(ask, env=loudspeaker.environ, capture_output=True, text=True, check=False, timeout=120)
    time.sleep(1.0)
    recorder.send_signal(signal.SIGINT)
    recorder.wait(10)
    assert done.returncode == 0
    assert done.stderr == ""
    samples, rate = soundfile.read(out, dtype="int16")
    spoken = heard(samples, rate).split()
    assert len(set(spoken) & set("upper back pain emergency number doctor call trouble".split())) >= 5, spoken


def test_playing_stops_when_told(loudspeaker: Loudspeaker) -> None:
    program = """
import threading, time
import numpy as np
from voice_skill.speak.playback import play
from voice_skill.speak.synthesis import Speech
stop = threading.Event()
threading.Timer(0.5, stop.set).start()
began = time.perf_counter()
play(Speech(np.ones(22050 * 20, np.int16), 22050), stop=stop)
print(time.perf_counter() - began)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=loudspeaker.environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 10, "20 seconds of sound were to be cut short"


def test_no_loudspeaker_is_told_once_and_the_answer_printed(tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nowhere", "XDG_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "voice_skill", "ask", str(RECORDING), str(RECORDING)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0
    assert done.stderr.count("the answers are not spoken") == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout.count("Taken for") == 2
