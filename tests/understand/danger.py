"""Reads danger signs in what is said, for the tests of this folder."""

from collections.abc import Iterable

from voice_skill.content import shipped_content
from voice_skill.messages import Level, RedFlag
from voice_skill.understand.safety import Assessment, Safety

SAFETY = Safety(shipped_content())


def assess(text: str) -> Assessment:
    return SAFETY.assess((text,))


def is_emergency(text: str) -> bool:
    """Whether an emergency is reported."""
    return _is_among(assess(text).red_flags)


def is_suspected(text: str) -> bool:
    """Whether an emergency is reported, or it is asked whether it was said."""
    found = assess(text)
    return _is_among((*found.red_flags, *found.suspected))


def is_grave(text: str) -> bool:
    """The same, or it is asked whether what was spoken of in general is happening."""
    return is_suspected(text) or _is_among(assess(text).asked_about)


def _is_among(flags: Iterable[RedFlag]) -> bool:
    return any(flag.level is Level.EMERGENCY for flag in flags)
