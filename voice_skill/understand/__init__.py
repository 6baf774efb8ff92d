"""Transcript to Understanding: red flags first, then the closest entry and the commands."""

from voice_skill.content import Content
from voice_skill.messages import Transcript, Understanding
from voice_skill.understand.matching import Matcher

__all__ = ["Understander"]


class Understander:
    """What a transcript means, by the words of ``content``."""

    def __init__(self, content: Content) -> None:
        self._matcher = Matcher(content)

    def understand(self, transcript: Transcript, asks: str | None = None) -> Understanding:
        """The meaning of ``transcript``; ``asks`` is the id of the question now open, if any."""
        if not transcript.text.strip():
            return Understanding(transcript)
        verdict = self._matcher.match(transcript.hypotheses)
        return Understanding(transcript, match=verdict.match, runner_up=verdict.runner_up, choices=verdict.choices)

    def nearest(self, text: str, count: int = 5) -> list[tuple[str, str, float]]:
        """The ``count`` nearest phrases: phrase, entry and likeness from 0 to 1, the best first."""
        return self._matcher.nearest(text, count)
