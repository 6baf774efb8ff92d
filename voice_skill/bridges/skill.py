"""What every bridge shares: one content, one understander, one speech model and one voice for the whole process."""

from collections.abc import Callable

from voice_skill.answer import conversation
from voice_skill.answer.speaker import Speaker
from voice_skill.assistant import Assistant
from voice_skill.content import Content, shipped_content
from voice_skill.hear.hearing import Hearing
from voice_skill.hear.models import FoundModel, find_model
from voice_skill.paths import cache_folder, shipped
from voice_skill.prepared import Shelf
from voice_skill.settings import Settings
from voice_skill.speak.synthesis import Voice
from voice_skill.understand import Understander

LONGEST_AUDIO = 60.0
"""Seconds of sound taken at once from another program. A question is rarely longer than ten."""

LONGEST_TEXT = 4_000
"""Characters of a question: four minutes of talk, read in a twentieth of a second."""


class Skill:
    """The rooms, each there once, for any number of conversations. May be used from any thread.

    ``find`` finds the speech model when it is first needed, so that typed text needs none.
    """

    def __init__(self, now: Settings, find: Callable[[], FoundModel] | None = None) -> None:
        shelf = Shelf(shipped("responses"), cache_folder() if now.cache_mb else None)
        kept = shelf.load()
        self.content: Content = kept[0] if kept else shipped_content()
        self.understander: Understander = kept[1] if kept else shelf.make(self.content)
        self.hearing = Hearing(find or (lambda: find_model(now.model, now.sources["model"])), LONGEST_AUDIO)
        # What other programs have spoken may be private: it is kept in memory only.
        self.voice = Voice(now.rate, now.voice, now.volume)
        self.place = now.place

    def conversation(self, session: bool) -> Assistant:
        """Somebody begins to talk. Without ``session`` each reply stands alone, as those of ``voice-skill ask`` do."""
        return Assistant(self.content, self.hearing, self.place, lambda _: self.understander, session)

    def greeting(self) -> tuple[str, ...]:
        """Hello, for a page that says itself what the skill is."""
        return Speaker.of(self.content, conversation.start(self.content, self.place)).say("greeting")
