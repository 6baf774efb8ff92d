"""What a person sees of hands-free listening: a live panel on a terminal, plain lines elsewhere, JSON for machines."""

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from voice_skill.content import shipped_content
from voice_skill.live.machine import State
from voice_skill.live.scene import Scene
from voice_skill.messages import Level

if TYPE_CHECKING:
    from rich.console import RenderableType

LIGHTS = {State.SLEEPING: "dim", State.LISTENING: "green", State.THINKING: "yellow", State.SPEAKING: "cyan"}

COLOURS = {Level.EMERGENCY: "bold red", Level.URGENT: "bold yellow", Level.SOON: "yellow"}

BARS = 24
"""Width of the level meter, characters."""

LOUDEST = 8000.0
"""Root mean square, of 32,768, that fills the meter: somebody close to the microphone."""

REFRESH = 8
"""Pictures a second: enough for a meter, little for a Pi."""


class Display(Protocol):
    """Something that shows scenes."""

    def show(self, scene: Scene) -> None:
        """A new scene."""

    def level(self, loudness: float) -> None:
        """How loud it is: root mean square, of 32,768."""

    def close(self) -> None:
        """Nothing more will come."""


class Lines:
    """What changed, a line each, for a file, a pipe or a screen reader."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = Scene(State.SLEEPING)

    def show(self, scene: Scene) -> None:
        """Turns, answers, states and notices; not every word as it comes."""
        last, self._last = self._last, scene
        if scene.notice and scene.notice != last.notice:
            self._say(f"Notice: {scene.notice}")
        if scene.state is not last.state:
            self._say(f"[{scene.state.value}]")
        if scene.state is State.THINKING and scene.heard:
            self._say(f'Heard: "{scene.heard}"{taken_for(scene)}')
        if scene.captions and scene.captions != last.captions:
            for sentence in scene.captions:
                self._say(f"  {sentence}")

    def level(self, loudness: float) -> None:
        """Not shown in lines."""

    def close(self) -> None:
        """Nothing is open."""

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class Notices:
    """Only what goes wrong: for a log, in which no word that was heard belongs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = ""

    def show(self, scene: Scene) -> None:
        """A line for each new notice."""
        if scene.notice and scene.notice != self._last:
            print(scene.notice, file=self._stream, flush=True)
        self._last = scene.notice

    def level(self, loudness: float) -> None:
        """Not told."""

    def close(self) -> None:
        """Nothing is open."""


class Panel:
    """One picture that changes in place."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live

        self._scene = Scene(State.SLEEPING)
        self._loudness = 0.0
        self._live = Live(
            console=Console(file=stream), refresh_per_second=REFRESH, transient=False, get_renderable=self._picture
        )
        self._live.start()

    def show(self, scene: Scene) -> None:
        """Drawn at the next refresh."""
        self._scene = scene

    def level(self, loudness: float) -> None:
        """Falls slowly, as meters do."""
        self._loudness = max(loudness, 0.8 * self._loudness)

    def close(self) -> None:
        """Leave the last picture."""
        self._live.stop()

    def _picture(self) -> "RenderableType":
        from rich.console import Group
        from rich.panel import Panel as Frame
        from rich.text import Text

        scene = self._scene
        bars = min(BARS, round(BARS * (self._loudness / LOUDEST) ** 0.5))
        head = Text.assemble(
            (f"● {scene.state.value:<10}", LIGHTS[scene.state]),
            (" " + "▮" * bars, "green"),
            ("▯" * (BARS - bars), "dim"),
        )
        lines: list[Text] = [head, Text(f"“{scene.heard}”" if scene.heard else "")]
        if matched := taken_for(scene):
            lines.append(Text(matched.strip(), "dim"))
        colour = COLOURS.get(scene.level, "") if scene.level else ""
        lines += [Text(sentence, colour) for sentence in scene.captions]
        if scene.notice:
            lines.append(Text(scene.notice, "bold yellow"))
        return Frame(Group(*lines), title="voice-skill", subtitle="Ctrl-C ends it")


class Events:
    """A JSON line for each change of state, for lights, captions and braille, beside another display."""

    def __init__(self, stream: TextIO, beside: Display) -> None:
        self._stream = stream
        self._beside = beside
        self._last: Scene | None = None

    def show(self, scene: Scene) -> None:
        """One line when the state or the notice is new, or what is said."""
        self._beside.show(scene)
        last, self._last = self._last, scene
        if last and (last.state, last.captions, last.notice) == (scene.state, scene.captions, scene.notice):
            return
        print(json.dumps(as_event(scene), ensure_ascii=False), file=self._stream, flush=True)

    def level(self, loudness: float) -> None:
        """Passed on."""
        self._beside.level(loudness)

    def close(self) -> None:
        """Passed on."""
        self._beside.close()


class Lit:
    """A light at a pin, beside another display."""

    def __init__(self, pin: int, beside: Display) -> None:
        from voice_skill.live.gpio import Light

        self._light = Light(pin)
        self._beside = beside

    def show(self, scene: Scene) -> None:
        """The state is all that it can tell."""
        self._beside.show(scene)
        self._light.show(scene.state)

    def level(self, loudness: float) -> None:
        """Passed on."""
        self._beside.level(loudness)

    def close(self) -> None:
        """Dark, and passed on."""
        self._light.close()
        self._beside.close()


def as_event(scene: Scene) -> dict[str, Any]:
    """The fields of ``--events``; ``time`` is in seconds since 1970."""
    return {
        "time": round(time.time(), 3),
        "state": scene.state.value,
        "heard": scene.heard,
        "entry": scene.entry,
        "score": round(scene.score, 3) if scene.score is not None else None,
        "level": scene.level.id if scene.level is not None else None,
        "red_flags": list(scene.red_flags),
        "captions": list(scene.captions),
        "notice": scene.notice,
    }


def taken_for(scene: Scene) -> str:
    """How the words were understood, as the end of a line."""
    if scene.red_flags:
        return f"  (danger sign: {', '.join(scene.red_flags)})"
    if scene.entry is None or scene.score is None:
        return ""
    return f"  (taken for: {shipped_content().entries[scene.entry].question} {scene.score:.0%})"


def make_display(stream: TextIO | None = None) -> Display:
    """A panel when ``stream``, or else stderr, is a terminal that can redraw; lines otherwise."""
    stream = stream or sys.stderr
    redraws = stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    return Panel(stream) if redraws else Lines(stream)
