"""How quick is one recorded question? Side by side with vosk's own command on the same file and model.

Run: python benchmarks/ask.py [--runs 5]. Whole processes are measured from outside, in turn, so that a machine whose
speed drifts slows both; ratios are what to read. vosk-transcriber needs ffmpeg.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "models" / "vosk-model-starter-en"
RECORDINGS = sorted((ROOT / "tests" / "recordings").glob("[a-np-z]*.wav"))
QUESTION = ROOT / "tests" / "recordings" / "is_upper_back_pain_serious.wav"


Measure = tuple[float, float, float]
"""Seconds by the clock, seconds of processor, peak megabytes."""


def measured(*command: object) -> Measure:
    """One whole process. Processes that it starts, such as ffmpeg, count for their time and not for their memory."""
    began = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def paired(runs: int, one: Callable[[], Measure], other: Callable[[], Measure]) -> str:
    """Medians of both and of the ratios, run in turn after a warm-up."""
    one(), other()
    pairs = [(one(), other()) for _ in range(runs)]
    middle = statistics.median
    says = []
    for at, (unit, form) in enumerate((("s", "5.2f"), ("s of processor", "5.2f"), ("MB", "4.0f"))):
        both = [middle(pair[side][at] for pair in pairs) for side in (0, 1)]
        ratio = middle(pair[0][at] / pair[1][at] for pair in pairs)
        says.append(f"{both[0]:{form}} {both[1]:{form}} {unit}, ratio {ratio:4.2f}")
    return "   ".join(says)


def whole_processes(runs: int) -> None:
    """One file against vosk-transcriber; twenty files in one call against twenty calls."""
    skill = [Path(sys.executable).with_name("voice-skill"), "ask", "--no-speech", "--model", MODEL]
    transcriber = Path(sys.executable).with_name("vosk-transcriber")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "text.txt"
        vosk = [transcriber, "--model", MODEL, "-i", QUESTION, "-o", out]
        if transcriber.exists() and shutil.which("ffmpeg"):
            print("one file: voice-skill, vosk-transcriber   ", end="")
            print(paired(runs, lambda: measured(*skill, QUESTION), lambda: measured(*vosk)))
    files = (RECORDINGS * 2)[:20]

    def one_by_one() -> Measure:
        times, work, peaks = zip(*(measured(*skill, file) for file in files), strict=True)
        return sum(times), sum(work), max(peaks)

    print("20 files: one call, twenty calls          ", end="")
    print(paired(1, lambda: measured(*skill, *files), one_by_one))


def warm() -> None:
    """From the last sample to the reply, with everything loaded, beyond vosk's own decoding."""
    import json

    import soundfile
    import vosk

    from voice_skill.assistant import Assistant
    from voice_skill.content import shipped_content
    from voice_skill.hear.hearing import Hearing
    from voice_skill.hear.models import find_model
    from voice_skill.speak.synthesis import Voice

    vosk.SetLogLevel(-1)
    model = vosk.Model(str(MODEL))
    assistant = Assistant(shipped_content(), Hearing(lambda: find_model(str(MODEL))))
    voice = Voice()
    list(assistant.ask_recording(QUESTION, "warm-up"))
    voice.synthesise("Warm up.")
    beyond, spoken = [], []
    for file in RECORDINGS:
        samples, rate = soundfile.read(file, dtype="int16")
        began = time.perf_counter()
        recognizer = vosk.KaldiRecognizer(model, rate)
        recognizer.AcceptWaveform(samples.tobytes())
        json.loads(recognizer.FinalResult())
        decoding = time.perf_counter() - began
        began = time.perf_counter()
        try:
            turns = list(assistant.ask_recording(file, file.name))
        except Exception as error:  # silence and noise have no reply
            print(f"  {file.name}: {error}", file=sys.stderr)
            continue
        took = time.perf_counter() - began
        voice.synthesise(turns[0].reply.sentences[0])
        length = len(samples) / rate
        beyond.append((took - decoding) / length)
        spoken.append((time.perf_counter() - began - decoding) / length)
    print(
        f"warm, beyond vosk's own decoding, as a share of the recording's length (median of {len(beyond)} recordings):"
    )
    text, speech = statistics.median(beyond), statistics.median(spoken)
    print(f"  to the reply's text {text:.1%}, to the first spoken sentence {speech:.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command")
    whole_processes(parser.parse_args().runs)
    warm()
