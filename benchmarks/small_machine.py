"""What a small machine has to do: ``python benchmarks/small_machine.py [--here] [--turns 10] [--idle 60]``.

One core and 512 MB, which a control group makes here (needs root); ``--here`` takes the whole machine instead, which
is for real boards. The skill stands beside vosk alone, with the same model on the same sound in the same run: load,
decode, print. Questions come in real time, the skill's through a virtual microphone and loudspeaker (PulseAudio, whose
servers are outside the limits), vosk's through a pipe. Read the ratios.
"""

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from live import QUESTIONS, VOICES, cpu_seconds, loud_times

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests" / folder) for folder in (".", "small", "recordings")]

import numpy as np
import soundfile
from limited import MEMORY, Group, small_machine
from listening import Listening
from make import SAMPLE_RATE, Espeak
from room import Room

from voice_skill.hear.models import find_model

QUESTION = HERE.parent / "tests" / "recordings" / "is_upper_back_pain_serious.wav"
BLOCK = 1600
"""Samples, 0.1 s, that vosk is given at a time."""
AFTERWARDS = 2.5
"""Seconds of silence, in which vosk's own endpointer ends the turn."""

VOSK = """
import json, sys, vosk
vosk.SetLogLevel(-1)
recogniser = vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), 16000)
print("ready", flush=True)
while data := sys.stdin.buffer.read(3200):
    if recogniser.AcceptWaveform(data):
        print(json.loads(recogniser.Result())["text"], flush=True)
print(json.loads(recogniser.FinalResult())["text"], flush=True)
"""

Begin = Callable[[], None]
Pair = tuple[float, float]
"""The skill's figure, and vosk's."""


def forgotten(folder: Path) -> None:
    """Its files are read from the disk again, as after a start of the machine."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def whole(command: list[str], sound: bytes, model: Path, begin: Begin) -> float:
    """Seconds of a process from its start to its end, its model read anew."""
    forgotten(model)
    began = time.perf_counter()
    subprocess.run(command, input=sound, preexec_fn=begin, capture_output=True, check=True)
    return time.perf_counter() - began


def cold_start(model: Path, begin: Begin, runs: int, *options: str) -> Pair:
    """Seconds from a process that starts to its first answer; with vosk, to the transcript."""
    skill = [sys.executable, "-m", "voice_skill", "ask", str(QUESTION), "--model", str(model), *options]
    sound = soundfile.read(QUESTION, dtype="int16")[0].tobytes()
    pairs = [
        (whole(skill, b"", model, begin), whole([sys.executable, "-c", VOSK, str(model)], sound, model, begin))
        for _ in range(runs)
    ]
    return tuple(statistics.median(column) for column in zip(*pairs, strict=True))  # type: ignore[return-value]


class Alone:
    """vosk alone, in a process of its own, fed in real time."""

    def __init__(self, model: Path, begin: Begin) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", VOSK, str(model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=begin,  # noqa: PLW1509 - it takes no lock
        )
        self._line()

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().decode().strip()

    def hear(self, sound: np.ndarray) -> None:
        """At the pace at which it was spoken."""
        assert self.process.stdin
        began = time.perf_counter()
        for at in range(0, len(sound), BLOCK):
            time.sleep(max(0.0, began + (at + BLOCK) / SAMPLE_RATE - time.perf_counter()))
            self.process.stdin.write(sound[at : at + BLOCK].tobytes())
            self.process.stdin.flush()

    def answer(self, sound: np.ndarray) -> float:
        """Seconds from the last loud sample to the transcript."""
        ended = time.perf_counter() + (np.flatnonzero(np.abs(sound.astype(np.int32)) > 300)[-1] + 1) / SAMPLE_RATE
        quiet = np.zeros(int(AFTERWARDS * SAMPLE_RATE), np.int16)
        with beside(lambda: self.hear(np.concatenate([sound, quiet]))):
            self._line()
            return time.perf_counter() - ended

    def end(self) -> None:
        """It has heard enough."""
        self.process.communicate()


@contextmanager
def beside(job: Callable[[], None]) -> Iterator[None]:
    """``job`` runs beside the block, and to its end."""
    thread = threading.Thread(target=job)
    thread.start()
    yield
    thread.join()


def skill_turns(skill: Listening, room: Room, turns: int) -> Iterator[float]:
    """Seconds from the last loud sample of each question to the first of its answer."""
    for question, voice in islice(zip(cycle(QUESTIONS), cycle(VOICES), strict=False), turns):
        skill.state("listening")
        with room.mic_side.recording("mic.monitor") as person, room.recording() as loudspeaker:
            skill.say(question, voice)
            skill.state("speaking")
            time.sleep(1.5)
            asked, heard = loud_times(person), loud_times(loudspeaker)
        yield heard[heard > asked[-1]][0] - asked[-1]


def peak(process: int) -> float:
    """Megabytes that were its own at most."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def share(process: int, seconds: float) -> float:
    """Of one core, in the seconds to come."""
    before, began = cpu_seconds(process), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds(process) - before) / (time.monotonic() - began)


@dataclass(frozen=True)
class Bench:
    """What is measured, on what."""

    room: Room
    espeak: Espeak
    model: Path
    begin: Begin
    turns: int
    idle: float
    """Seconds of silence."""


def of_skill(bench: Bench) -> tuple[float, ...]:
    """Answers' median and worst seconds, peak megabytes, and the share of a core while it sleeps."""
    settings = {"VOICE_SKILL_MODEL": str(bench.model), "VOICE_SKILL_RATE": "400"}
    talking = Listening(bench.room, bench.espeak, "--always", "--no-earcons", begin=bench.begin, **settings)
    try:
        took = list(skill_turns(talking, bench.room, bench.turns))
        megabytes = peak(talking.process.pid)
    finally:
        talking.end()
    asleep = Listening(bench.room, bench.espeak, begin=bench.begin, **settings)
    try:
        asleep.state("sleeping")
        time.sleep(2)
        return statistics.median(took), max(took), megabytes, share(asleep.process.pid, bench.idle)
    finally:
        asleep.end()


def of_vosk(bench: Bench) -> tuple[float, ...]:
    """The same of vosk alone, which decodes silence as well."""
    alone = Alone(bench.model, bench.begin)
    asked = islice(zip(cycle(QUESTIONS), cycle(VOICES), strict=False), bench.turns)
    took = [alone.answer(bench.espeak.say(question, voice, 150)) for question, voice in asked]
    megabytes = peak(alone.process.pid)
    with beside(lambda: alone.hear(np.zeros(int((bench.idle + 1) * SAMPLE_RATE), np.int16))):
        used = share(alone.process.pid, bench.idle)
    alone.end()
    return statistics.median(took), max(took), megabytes, used


def row(name: str, unit: str, pair: tuple[float, float], form: str = "8.2f") -> None:
    """A line of the table."""
    print(f"{name:<50} {pair[0]:{form}} {pair[1]:{form}} {unit:<14} {pair[0] / pair[1]:6.2f}")


def read(path: str, otherwise: str = "?") -> str:
    """What a file of the system says."""
    try:
        return Path(path).read_text().strip("\0\n ")
    except OSError:
        return otherwise


def board(model: str, group: Group | None) -> str:
    """The machine, as the table in the README wants it."""
    name = read("/proc/device-tree/model", "no Raspberry Pi")
    system = next(
        (line[13:-1] for line in read("/etc/os-release").splitlines() if line.startswith("PRETTY_NAME=")), "?"
    )
    heat = read("/sys/class/thermal/thermal_zone0/temp", "")
    degrees = f"{int(heat) / 1000:.0f} °C" if heat.isdigit() else "?"
    limits = "" if group is None else f", one core, {MEMORY} MB" if group.limited else ", one core"
    governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    return f"{name}{limits} | {system} | {model} | {degrees} | {governor}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--here", action="store_true", help="the whole machine, without limits")
    parser.add_argument("--turns", type=int, default=10, help="questions in real time")
    parser.add_argument("--idle", type=float, default=60, help="seconds of silence")
    parser.add_argument("--runs", type=int, default=5, help="cold starts of each")
    parser.add_argument("--model", help="as for voice-skill ask")
    wanted = parser.parse_args()
    room, espeak = Room(), Espeak()
    try:
        with nullcontext() if wanted.here else small_machine() as group:
            begin: Begin = group.begin if group else lambda: None
            bench = Bench(room, espeak, find_model(wanted.model).folder, begin, wanted.turns, wanted.idle)
            measure(bench, wanted.runs, group)
    finally:
        room.close()
        espeak.close()


def measure(bench: Bench, runs: int, group: Group | None) -> None:
    """Every row, and the one for the README's table."""
    limit = "the whole machine" if group is None else "one core, memory not limited: no control group can be made"
    if group and group.limited:
        limit = f"one core, {MEMORY} MB"
    print(f"{limit}; {bench.model.name}\n{'':<50} {'skill':>8} {'vosk':>8} {'':<14} {'ratio':>6}", flush=True)
    cold = cold_start(bench.model, bench.begin, runs, "--no-speech")
    row("cold start to the first answer in words", "s, median", cold)
    skill, alone = of_skill(bench), of_vosk(bench)
    row("end of speech to the answer's first sound", "s, median", (skill[0], alone[0]))
    row("", "s, worst", (skill[1], alone[1]))
    row("peak memory", "MB", (skill[2], alone[2]), "8.0f")
    row("processor while nobody speaks", "% of one core", (100 * skill[3], 100 * alone[3]), "8.1f")
    if group and group.limited:
        print(f"at most {group.peak()} MB were in use at once, files in the cache included")
    figures = f"{cold[0]:.1f} s | {1000 * skill[0]:.0f} ms | {skill[2]:.0f} MB | {skill[3]:.1%}"
    print(f"\n| {board(bench.model.name, group)} | {figures} |")


if __name__ == "__main__":
    main()
