"""A conversation for tests: what is typed goes through the real understanding and the real dialog."""

from dataclasses import dataclass, field
from functools import cache

from voice_skill.answer import conversation
from voice_skill.content import shipped_content
from voice_skill.messages import Reply, Transcript
from voice_skill.understand import Understander


@cache
def understander() -> Understander:
    """One for all tests: it takes a second to make."""
    return Understander(shipped_content())


@dataclass
class Talk:
    """A conversation, and what was said in it."""

    place: str = "unknown"
    session: bool = True
    replies: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = conversation.start(shipped_content(), self.place, session=self.session)

    def greet(self) -> Reply:
        reply, self.state = conversation.greet(shipped_content(), self.state)
        self.replies.append(reply)
        return reply

    def say(self, text: str, confidence: float = 1.0, alternatives: tuple[str, ...] = ()) -> Reply:
        """The reply to ``text``; nothing is silence."""
        heard = understander().understand(Transcript(text, confidence, alternatives), self.state.asks)
        reply, self.state = conversation.turn(shipped_content(), self.state, heard)
        self.replies.append(reply)
        return reply

    def answer(self, answers: dict[str, str], otherwise: str = "no") -> Reply:
        """Answer each question that is asked, by its id, until none is open."""
        while self.replies[-1].expects:
            assert len(self.replies) <= 25
            self.say(answers.get(self.replies[-1].expects, otherwise))
        return self.replies[-1]
