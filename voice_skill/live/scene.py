"""What a person may see of the skill at a moment: for displays, lights, captions and braille."""

from dataclasses import dataclass

from voice_skill.live.machine import State
from voice_skill.messages import Level


@dataclass(frozen=True, slots=True)
class Scene:
    """The skill at a moment. A new one is shown whenever something changes."""

    state: State
    heard: str = ""
    """The words so far, or of the last turn."""
    entry: str | None = None
    """The FAQ entry they were taken for."""
    score: float | None = None
    """0 to 1."""
    level: Level | None = None
    """How soon to get help."""
    red_flags: tuple[str, ...] = ()
    """Ids of the danger signs in them."""
    captions: tuple[str, ...] = ()
    """The sentences being spoken."""
    notice: str = ""
    """What is wrong, or was, in one line."""
