"""How quick, how light and how steady hands-free listening is: ``python benchmarks/live.py [latency] [idle] [memory]``.

Real time, through a virtual microphone and loudspeaker (PulseAudio), so a busy machine shows. Latency is from the last
sample of the question at the microphone to the first sample of the answer at the loudspeaker; both are recorded by
programs of the same kind, whose own delay cancels out.
"""

import os
import statistics
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import soundfile

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "tests" / "recordings")]

from listening import Listening
from make import Espeak
from room import Room
from virtual_audio import HEARD_RATE, Recorded

TURNS = 30
LOUD = 300
"""Of 32,767: what is louder is speech."""
QUESTIONS = (
    "is walking good for upper back pain",
    "is upper back pain serious",
    "what is the treatment for upper back pain",
    "does physio help upper back pain",
    "what organs can cause upper back pain",
    "what is the most common cause of upper back pain",
)
VOICES = ("gmw/en-US", "gmw/en+f2", "gmw/en-GB-x-rp", "gmw/en-US+m3", "gmw/en-US+f3")
TICKS = os.sysconf("SC_CLK_TCK")


def loud_times(recorded: Recorded) -> np.ndarray:
    """``time.monotonic()`` of each loud sample."""
    blocks = [np.frombuffer(block[: len(block) // 2 * 2], np.int16) for block in recorded.blocks]
    found = []
    for block, arrived in zip(blocks, recorded.arrived, strict=False):
        loud = np.flatnonzero(np.abs(block.astype(np.int32)) > LOUD)
        found.append(arrived - (len(block) - loud) / HEARD_RATE)
    return np.concatenate(found) if found else np.zeros(0)


def percentiles(seconds: list[float]) -> str:
    """Median, 95th percentile and worst, in milliseconds."""
    ranked = sorted(seconds)
    high = ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]
    found = {"median": statistics.median(ranked), "95 %": high, "worst": ranked[-1]}
    return "   ".join(f"{name} {1000 * value:5.0f} ms" for name, value in found.items())


def latency(room: Room, espeak: Espeak, *options: str, interrupt: bool = True, **settings: str) -> None:
    """Ask, be answered, interrupt; so many times."""
    answered, silenced = [], []
    skill = Listening(room, espeak, "--always", "--rate", "200", *options, **settings)
    skill.state("speaking")
    turns = islice(zip(cycle(QUESTIONS), cycle(VOICES), strict=False), TURNS)
    for question, voice in turns:
        skill.state("listening")
        with room.mic_side.recording("mic.monitor") as person, room.recording() as loudspeaker:
            skill.say(question, voice)
            skill.state("speaking")
            time.sleep(1.5)
            asked, heard = loud_times(person), loud_times(loudspeaker)
            after = heard[heard > asked[-1]]
            if len(after):
                answered.append(after[0] - asked[-1])
            skill.say("stop")
            if not obeyed(skill):
                continue
            stopped, heard = loud_times(person), loud_times(loudspeaker)
            gap = np.flatnonzero(np.diff(heard) > 0.25)
            ended = [float(heard[at]) for at in gap if heard[at] > stopped[-1] - 0.4] or [float(heard[-1])]
            silenced.append(max(0.0, ended[0] - stopped[-1]))
    took = skill.end()
    print(
        f"  end of speech to first sample of the answer   {percentiles(answered)}   ({len(answered)} of {TURNS} turns)"
    )
    if interrupt:
        heard = f"({len(silenced)} of {TURNS} heard)"
        print(f"  end of 'stop' to silence                      {percentiles(silenced)}   {heard}")
    print(f"  SIGTERM to the end of the process             {1000 * took:5.0f} ms")


def obeyed(skill: Listening) -> bool:
    """Whether the "stop" was heard."""
    try:
        return bool(skill.until(lambda event: event["state"] == "thinking", 5)["heard"] == "stop")
    except AssertionError:
        return False


def cpu_seconds(process: int) -> float:
    """Used so far, by all threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def idle(room: Room, espeak: Espeak, seconds: float = 60.0) -> None:
    """Nobody speaks: in silence, and with a fan in the room."""
    for name, level in (("silence", 0.0), ("a fan at -45 dB", 180.0)):
        skill = Listening(room, espeak)
        skill.state("speaking")
        skill.state("sleeping")
        rng = np.random.default_rng(1)
        fan = (rng.standard_normal(int((seconds + 4) * HEARD_RATE)) * level).astype(np.int16)
        speaker = room.mic_side.speak(fan, HEARD_RATE, wait=False)
        time.sleep(2)
        before, began = cpu_seconds(skill.process.pid), time.monotonic()
        time.sleep(seconds)
        used = (cpu_seconds(skill.process.pid) - before) / (time.monotonic() - began)
        print(f"  CPU while nobody speaks, {name:<18} {used:6.1%} of one core")
        skill.end()
        speaker.join()


class Nowhere:
    """A loudspeaker that takes speech in no time."""

    def play(self, speeches: object) -> bool:
        """Everything is made, nothing is waited for."""
        for _ in speeches:  # type: ignore[attr-defined]
            pass
        return True

    def stop(self) -> None:
        """Nothing sounds."""

    def said(self) -> tuple[()]:
        """Nothing sounded."""
        return ()


def memory(turns: int = 1000, early: int = 20) -> None:
    """Turns fed faster than real time, each with its speech synthesised."""
    from voice_skill.content import shipped_content
    from voice_skill.hear.models import find_model
    from voice_skill.live.assembly import Wishes, assemble
    from voice_skill.settings import load

    samples = 0
    wishes = Wishes("always", clock=lambda: samples / 16_000, player=Nowhere())
    listener = assemble(load({"place": "GB"}), shipped_content(), find_model(None).folder, wishes)
    sounds = [
        soundfile.read(path, dtype="int16")[0] for path in sorted((HERE.parent / "tests/recordings").glob("*.wav"))
    ]
    quiet = np.zeros(24_000, np.int16)
    sizes = {}
    for turn, sound in enumerate(islice(cycle(sounds), turns), 1):
        for part in (sound, quiet):
            for at in range(0, len(part), 512):
                listener.hands_free.step(part[at : at + 512])
                samples += 512
        while listener.hands_free.mouth.busy:
            time.sleep(0.002)
        if turn in (early, 100, 300, turns):
            sizes[turn] = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
            print(f"  memory after {turn:5} turns {sizes[turn]:7.1f} MB")
    print(f"  growth from {early} to {turns} turns {sizes[turns] / sizes[early] - 1:+.1%}")
    listener.close()


def main() -> None:
    """Everything, or what is named."""
    wanted = set(sys.argv[1:]) or {"latency", "idle", "memory"}
    if wanted & {"latency", "idle"}:
        room, espeak = Room(), Espeak()
        try:
            if "latency" in wanted:
                print("turn ended by silence and meaning, as shipped")
                latency(room, espeak)
                print("the same without earcons")
                latency(room, espeak, "--no-earcons")
                print("turn ended by a fixed 800 ms of silence, without earcons")
                latency(room, espeak, "--no-earcons", interrupt=False, VOICE_SKILL_SILENCE_QUICK="0.8")
            if "idle" in wanted:
                idle(room, espeak)
        finally:
            room.close()
            espeak.close()
    if "memory" in wanted:
        memory()


if __name__ == "__main__":
    main()
