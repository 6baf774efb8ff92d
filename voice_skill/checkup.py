"""What is missing on this machine, and the line that mends it."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from voice_skill.content import Content, load
from voice_skill.content.places import UNKNOWN
from voice_skill.errors import VoiceSkillError
from voice_skill.hear.level import measure
from voice_skill.hear.microphone import Microphone, record
from voice_skill.hear.models import FoundModel, find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.recording import Block
from voice_skill.paths import shipped
from voice_skill.settings import Settings
from voice_skill.small import profile
from voice_skill.sound_devices import choose
from voice_skill.speak.playback import Player
from voice_skill.speak.speech import Speech
from voice_skill.speak.synthesis import Voice

ENOUGH_MEMORY = 200
"""Megabytes free: a model, the words and a voice, with room for the system."""

HOT = 75.0
"""Degrees Celsius; a Raspberry Pi slows itself down at 80."""

UNDERSTOOD = 60.0
"""Likeness, 0 to 100, of what was heard to what was said, from which the loop through both devices works."""

LISTENED = 1.0
"""Seconds that the microphone is listened to."""

AFTERWARDS = 2.0
"""Seconds recorded after the last word, for the way through both devices."""

THROTTLED = {
    0: "the power supply is too weak now",
    1: "it is slowed down now",
    2: "it is slowed down now",
    3: "it is too hot now",
    16: "the power supply was too weak",
    18: "it was slowed down",
    19: "it was too hot",
}
"""Bits of ``vcgencmd get_throttled``: Raspberry Pi documentation."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    says: str
    """What was found."""
    cure: str = ""
    """What to do about it; empty when it is well."""

    @property
    def good(self) -> bool:
        """Nothing need be done."""
        return not self.cure


def checkup(now: Settings) -> Iterator[Finding]:
    """Every finding, as it is made. Nothing is written, and of what is heard nothing is kept."""
    yield _place(now)
    yield _tried("words", lambda: f"{len(_content().entries)} answers, {len(_content().flags)} danger signs")
    yield _tried("speech model", lambda: _model(now).name)
    yield _tried("voice", lambda: f"speaks {_spoken(now).seconds:.1f} s of speech")
    microphone = _tried("microphone", lambda: _microphone(now))
    loudspeaker = _tried("loudspeaker", lambda: choose(now.output_device, "output").name)
    yield microphone
    yield loudspeaker
    if microphone.good and loudspeaker.good:
        yield _tried("loop", lambda: _loop(now))
    yield Finding("profile", profile(now))
    yield memory()
    yield from processor()


class _FaultError(VoiceSkillError):
    """What was found, and the cure."""

    def __init__(self, says: str, cure: str) -> None:
        super().__init__(says)
        self.cure = cure


def _tried(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, check())
    except _FaultError as fault:
        return Finding(name, str(fault), fault.cure)
    except VoiceSkillError as error:
        says, _, cure = " ".join(str(error).split()).partition(". ")
        return Finding(name, says, cure or "Run: voice-skill config")


def _place(now: Settings) -> Finding:
    if now.place in _content().places and now.place != UNKNOWN:
        return Finding("place", now.place)
    return Finding("place", "not known, so no emergency number is named", "Set it, as in: VOICE_SKILL_PLACE=GB")


def _content() -> Content:
    return load(shipped("responses"))


def _model(now: Settings) -> FoundModel:
    return find_model(now.model, now.sources.get("model", "--model"))


def _spoken(now: Settings) -> Speech:
    return Voice(now.rate, now.voice, now.volume).synthesise(" ".join(_content().listening.said["check_word"]))


def _microphone(now: Settings) -> str:
    name = choose(now.input_device, "input").name
    level = measure(record(LISTENED, now.input_device))
    if level.fault:
        says, _, cure = level.fault.partition(". ")
        raise _FaultError(f"{name}: {says}", cure)
    return f"{name}, noise at {level.noise:.0f} dB"


def _loop(now: Settings) -> str:
    """Say a sentence and hear it."""
    said = _spoken(now)
    heard = Recogniser(_model(now).folder).transcribe(_overheard(now, said)).text
    likeness = fuzz.ratio(heard, said.text.lower().strip("?."))
    if likeness < UNDERSTOOD:
        cure = "Turn the loudspeaker up, or bring the microphone nearer. With headphones this check means nothing"
        raise _FaultError(f"it said {said.text!r} and heard {heard!r}", cure)
    return f"it heard itself say {heard!r}"


def _overheard(now: Settings, said: Speech) -> Iterator[Block]:
    """What the microphone hears while ``said`` is played."""
    player = Player(now.output_device)
    fault: list[VoiceSkillError] = []

    def play() -> None:
        try:
            player.play(said)
        except VoiceSkillError as error:
            fault.append(error)

    thread = threading.Thread(target=play, name="loop", daemon=True)
    with Microphone(now.input_device) as microphone:
        until = None
        for block in microphone:
            if until is None and len(block):
                thread.start()
                until = time.monotonic() + said.seconds + AFTERWARDS
            yield block
            if microphone.lost or (until is not None and time.monotonic() > until):
                break
    player.stop()
    if thread.is_alive():
        thread.join()
    if fault:
        raise fault[0]


def memory(table: Path = Path("/proc/meminfo")) -> Finding:
    """Whether there is room to work."""
    try:
        lines = dict(line.split(":", 1) for line in table.read_text().splitlines() if ":" in line)
        free = int(lines["MemAvailable"].split()[0]) // 1024
    except (OSError, KeyError, ValueError):
        return Finding("memory", "cannot be told on this system")
    cure = "" if free >= ENOUGH_MEMORY else "Close other programs, or use a smaller speech model"
    return Finding("memory", f"{free} MB free", cure)


def processor(zones: Path = Path("/sys/class/thermal")) -> Iterator[Finding]:
    """How hot it is, and on a Raspberry Pi whether it is slowed down."""
    degrees = [heat for zone in sorted(zones.glob("thermal_zone*/temp")) if (heat := _degrees(zone)) is not None]
    if degrees:
        cure = "Give it air, or a heat sink" if max(degrees) >= HOT else ""
        yield Finding("temperature", f"{max(degrees):.0f} degrees Celsius", cure)
    bits = _throttled()
    if bits is not None:
        says = ", ".join(dict.fromkeys(text for bit, text in THROTTLED.items() if bits >> bit & 1))
        yield Finding("power", says or "good", "Use the power supply made for it, and give it air" if says else "")


def _degrees(zone: Path) -> float | None:
    try:
        return int(zone.read_text()) / 1000
    except (OSError, ValueError):
        return None


def _throttled() -> int | None:
    """The bits of a Raspberry Pi; ``None`` on other machines."""
    command = shutil.which("vcgencmd")
    if command is None:
        return None
    try:
        done = subprocess.run([command, "get_throttled"], capture_output=True, text=True, check=True, timeout=5)  # noqa: S603 - a fixed command
        return int(done.stdout.strip().partition("=")[2], 16)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
