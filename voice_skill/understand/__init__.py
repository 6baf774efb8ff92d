"""Transcript to Understanding: red flags first, then the closest entry and the commands."""

from voice_skill.content import Content
from voice_skill.messages import Transcript, Understanding
from voice_skill.understand.commands import Commands
from voice_skill.understand.matching import Matcher, Verdict
from voice_skill.understand.safety import Safety

__all__ = ["Understander"]

NOT_TREATED = ("animal", "child")
"""Whose body is never advised on."""

ANSWERS = ("yes", "no", "unsure")
"""Commands that mean nothing while no question is open: "I'm not sure if it's a muscle" asks one."""
SURE = 0.92
"""Score from which a question is meant although its words could be a command ("what is a trigger point")."""

REQUEST, BARE = "check_symptoms", 7
"""A request for the safety questions, in at most so many words, is no question ("do I need to see a doctor")."""


class Understander:
    """What a transcript means, by the words of ``content``."""

    def __init__(self, content: Content) -> None:
        self._safety = Safety(content)
        self._commands = Commands(content)
        self._matcher = Matcher(content)

    def understand(self, transcript: Transcript, asks: str | None = None) -> Understanding:
        """The meaning of ``transcript``; ``asks`` is the id of the question now open, if any."""
        if not transcript.text.strip():
            return Understanding(transcript)
        dangers = self._safety.assess(transcript.hypotheses)
        verdict = self._matcher.match(transcript.hypotheses)
        why = dangers.person if dangers.person in NOT_TREATED else "other_body_part" if verdict.elsewhere else None
        if why:
            verdict = Verdict(runner_up=verdict.match or verdict.runner_up)
        command = self._commands.find_in(transcript.hypotheses, asks)
        if command and verdict.match and asks is None:
            bare = command == REQUEST and len(transcript.text.split()) <= BARE
            if command in ANSWERS or (verdict.match.score >= SURE and not bare):
                command = None
            else:
                verdict = Verdict(runner_up=verdict.match)
        return Understanding(
            transcript,
            red_flags=dangers.red_flags,
            suspected=dangers.suspected,
            match=verdict.match,
            runner_up=verdict.runner_up,
            choices=verdict.choices,
            command=command,
            person=dangers.person,
            general=dangers.general,
            asked_about=dangers.asked_about,
            out_of_scope=why,
        )

    def nearest(self, text: str, count: int = 5) -> list[tuple[str, str, float]]:
        """The ``count`` nearest phrases: phrase, entry and likeness from 0 to 1, the best first."""
        return self._matcher.nearest(text, count)
