"""Conversations of many people at once, each by its id, each forgotten in time."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from voice_skill.assistant import Assistant, Turn
from voice_skill.bridges.skill import Skill
from voice_skill.hear.recording import Source
from voice_skill.messages import Delivery, Transcript

IDLE = 600.0
"""Seconds after which a conversation is forgotten. Home Assistant's own last five minutes."""

MOST = 1_000
"""Conversations kept, of some kilobytes each; the one that was silent for longest goes first."""

FOLLOWS = 60.0
"""Seconds within which an answer under a new id still belongs to the question that is open."""

REMEMBERED = 64
"""Transcripts kept with their alternatives, for programs that pass on no more than the words."""


@dataclass
class Session:
    """A conversation: its state lives in the assistant."""

    assistant: Assistant
    client: str
    """Who holds it: only the same client may go on with it under another id."""
    used: float
    """When it was last used, on the clock of ``Sessions``."""
    asks: str | None = None
    """Id of the question now open."""
    delivery: Delivery = field(default_factory=Delivery)
    """How the person asked to be spoken to."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """One turn at a time."""


class Sessions:
    """Answers texts and recordings, each in its conversation. May be used from any thread.

    ``client`` names who asks, such as the address of a computer. Without an id a question stands alone.
    """

    def __init__(self, skill: Skill, clock: Callable[[], float] = time.monotonic) -> None:
        self._skill = skill
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._heard: OrderedDict[tuple[str, str], tuple[float, Transcript]] = OrderedDict()

    def __len__(self) -> int:
        """How many conversations are kept."""
        return len(self._sessions)

    def ask(self, text: str, key: str | None = None, client: str = "", session: bool = True) -> Turn:
        """The whole reply to ``text``; one that comes in parts is joined. Empty text is silence.

        ``session`` tells whether a new conversation is one in which more is said, with offers.
        """
        return self.answer(self._recalled(text, client), key, client, session)

    def answer(self, transcript: Transcript, key: str | None = None, client: str = "", session: bool = True) -> Turn:
        """As ``ask``, to what another program heard, with its alternatives."""
        held = self._session(transcript, key, client, session)
        with held.lock:
            return self._used(held, whole(held.assistant, held.assistant.ask(transcript)))

    def ask_recording(self, source: Source, name: str, key: str | None = None) -> list[Turn]:
        """The replies to each question of a recording; ``RecordingError`` when it cannot be used."""
        held = self._session(None, key, "", session=key is not None)
        with held.lock:
            turns = list(held.assistant.ask_recording(source, name))
            return [*turns[:-1], self._used(held, whole(held.assistant, turns[-1]))]

    def asks(self, key: str) -> str | None:
        """Id of the question that is open in the conversation ``key``."""
        held = self._sessions.get(key)
        return held.asks if held and self._clock() - held.used < IDLE else None

    def goes_on(self, key: str) -> bool:
        """Whether there is a conversation ``key`` that was not forgotten."""
        held = self._sessions.get(key)
        return held is not None and self._clock() - held.used < IDLE

    def delivery(self, key: str | None) -> Delivery:
        """How to speak in the conversation ``key``, after "slower" or "louder"."""
        held = self._sessions.get(key) if key else None
        return held.delivery if held else Delivery()

    def remember(self, transcript: Transcript, client: str) -> None:
        """Keep what was heard from ``client``: its words come back as mere text, without the alternatives."""
        with self._lock:
            self._heard[client, transcript.text] = self._clock(), transcript
            while len(self._heard) > REMEMBERED:
                self._heard.popitem(last=False)

    def _recalled(self, text: str, client: str) -> Transcript:
        plain = " ".join(text.split())
        with self._lock:
            when, transcript = self._heard.get((client, plain), (-FOLLOWS, Transcript(plain)))
        return transcript if self._clock() - when < FOLLOWS else Transcript(plain)

    def _session(self, transcript: Transcript | None, key: str | None, client: str, session: bool) -> Session:
        now = self._clock()
        with self._lock:
            self._forget(now)
            held = self._sessions.get(key) if key else None
            if held is None:
                held = self._followed(transcript, client, now) if key and transcript and client else None
                held = held or Session(self._skill.conversation(session), client, now)
            if key:
                self._sessions[key] = held
                self._sessions.move_to_end(key)
            held.used = now
            return held

    def _followed(self, transcript: Transcript, client: str, now: float) -> Session | None:
        """The conversation that an answer under a new id belongs to, moved out of its old id.

        Only when there is one such conversation: an answer must never clear somebody else's danger sign.
        """
        recent = [
            key
            for key, held in self._sessions.items()
            if held.client == client and held.asks and now - held.used < FOLLOWS
        ]
        if len(recent) != 1:
            return None
        heard = self._skill.understander.understand(transcript, self._sessions[recent[0]].asks)
        alone = heard.command is None or heard.red_flags or heard.match
        return None if alone else self._sessions.pop(recent[0])

    def _forget(self, now: float) -> None:
        while self._sessions:
            oldest = next(iter(self._sessions))
            if len(self._sessions) < MOST and now - self._sessions[oldest].used < IDLE:
                return
            del self._sessions[oldest]

    def _used(self, held: Session, turn: Turn) -> Turn:
        held.used = self._clock()
        held.asks = None if turn.reply.done else turn.reply.expects
        held.delivery = turn.reply.delivery
        return turn


def whole(assistant: Assistant, turn: Turn) -> Turn:
    """``turn`` with all parts of its reply: who cannot be spoken to unasked gets them at once."""
    reply = turn.reply
    while reply.goes_on:
        more = assistant.ask_text("").reply
        reply = replace(more, sentences=(*reply.sentences, *more.sentences), entry=reply.entry or more.entry)
    return replace(turn, reply=reply)
