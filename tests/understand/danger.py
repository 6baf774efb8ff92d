"""Reads danger signs in what is said, for the tests of this folder."""

from voice_skill.content import shipped_content
from voice_skill.messages import Level
from voice_skill.understand.safety import Assessment, Safety

SAFETY = Safety(shipped_content())


def assess(text: str) -> Assessment:
    return SAFETY.assess((text,))


def is_emergency(text: str) -> bool:
    return is_grave(text, asked=False)


def is_grave(text: str, asked: bool = True) -> bool:
    """Whether an emergency is reported, or, with ``asked``, at least asked about."""
    found = assess(text)
    flags = (*found.red_flags, *found.suspected, *found.asked_about) if asked else found.red_flags
    return any(flag.level is Level.EMERGENCY for flag in flags)
