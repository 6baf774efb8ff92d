"""The four rooms joined: a recording or a line of text in, replies out."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from voice_skill.answer import conversation
from voice_skill.content import Content
from voice_skill.errors import RecordingError
from voice_skill.hear.hearing import Hearing
from voice_skill.hear.recording import Source
from voice_skill.messages import Reply, Transcript, Understanding
from voice_skill.paths import encodable, printable
from voice_skill.understand import Understander

LONGEST_THINKING_PAUSE = 2.0
"""Seconds of silence that may lie inside one question. Above it, what follows is a question of its own."""

NOTHING_HEARD = "no speech was heard. Check that the microphone was on, speak closer to it, and record again"


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long each step of a turn took."""

    audio: float = 0.0
    """Length of the sound."""
    hear: float = 0.0
    understand: float = 0.0
    answer: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its reply."""

    source: str
    """The file as it was named, or ``text``."""
    understanding: Understanding
    reply: Reply
    seconds: Seconds
    model: str | None
    """Name of the speech model; ``None`` for typed text."""

    @property
    def understood(self) -> bool:
        """Whether anything but "I did not understand" could be said."""
        heard = self.understanding
        known = heard.match or heard.red_flags or heard.suspected or heard.choices or heard.command
        return bool(known or self.reply.expects or not heard.transcript.text)


class Assistant:
    """Answers recordings and texts. One model and one matcher in memory, however many questions.

    ``make`` gives the understander of ``content``; it runs in a thread of its own, beside the loading of the model.
    In a ``session`` all that is asked is one conversation, and a recording in which nobody speaks is a silence in it.
    """

    def __init__(
        self,
        content: Content,
        hearing: Hearing,
        place: str = "unknown",
        make: Callable[[Content], Understander] = Understander,
        session: bool = False,
    ) -> None:
        self._content = content
        self._hearing = hearing
        self._place = place
        self._session = session
        self._state = self._fresh_state()
        pool = ThreadPoolExecutor(1, "understander")
        self._understander = pool.submit(make, content)
        pool.shutdown(wait=False)

    @property
    def understander(self) -> Understander:
        """What makes sense of transcripts; waits until it is ready."""
        return self._understander.result()

    def start_over(self) -> None:
        """Forget the conversation so far: the next question comes from another person."""
        self._state = self._fresh_state()

    def ask_text(self, text: str) -> Turn:
        """The reply to a typed question."""
        return self._turn("text", Transcript(" ".join(encodable(text).split())), hear=0.0)

    def ask(self, transcript: Transcript) -> Turn:
        """The reply to what somebody else heard; empty text is a silence."""
        return self._turn("text", transcript, hear=0.0)

    def ask_recording(self, source: Source, name: str) -> Iterator[Turn]:
        """The replies to each question of a recording, as soon as it was heard.

        ``RecordingError`` when it cannot be read, or nobody speaks in it and that is no answer.
        """
        nothing = True
        for transcript, seconds in self._questions(self._hearing.transcripts(source)):
            nothing = False
            yield self._turn(name, transcript, seconds)
        if nothing and self._session:
            yield self._turn(name, Transcript(""), hear=0.0)
        elif nothing:
            raise RecordingError(f"{printable(name)}: {NOTHING_HEARD}")

    def _questions(self, heard: Iterable[tuple[Transcript, float]]) -> Iterator[tuple[Transcript, float]]:
        """Utterances joined to questions: a pause to think does not cut a question in two."""
        held: tuple[Transcript, float] | None = None
        for transcript, seconds in heard:
            if not transcript.text:
                continue
            if held is None:
                held = transcript, seconds
            elif self._belong_together(held[0], transcript):
                held = joined(held[0], transcript), held[1] + seconds
            else:
                yield held
                held = transcript, seconds
        if held is not None:
            yield held

    def _belong_together(self, first: Transcript, second: Transcript) -> bool:
        """Whether two utterances are the two halves of one question."""
        pause = second.start - (first.start + first.seconds)
        if pause > LONGEST_THINKING_PAUSE:
            return False
        whole = [self._stands_alone(transcript) for transcript in (first, second)]
        if all(whole):
            return False
        return not any(whole) or self._stands_alone(joined(first, second))

    def _stands_alone(self, transcript: Transcript) -> bool:
        heard = self.understander.understand(transcript)
        return bool(heard.red_flags or heard.match)

    def _turn(self, source: str, transcript: Transcript, hear: float) -> Turn:
        began = time.perf_counter()
        heard = self.understander.understand(transcript, self._state.asks)
        understood = time.perf_counter()
        reply, self._state = conversation.turn(self._content, self._state, heard)
        seconds = Seconds(transcript.seconds, hear, understood - began, time.perf_counter() - understood)
        return Turn(source, heard, reply, seconds, self._hearing.model.name if transcript.seconds else None)

    def _fresh_state(self) -> conversation.State:
        return conversation.start(self._content, self._place, self._session)


def joined(first: Transcript, second: Transcript) -> Transcript:
    """Two utterances as one; the silence between them counts as sound."""
    texts = [f"{one} {other}".strip() for one in first.hypotheses for other in second.hypotheses]
    lengths = first.seconds, second.seconds
    return Transcript(
        text=texts[0],
        confidence=min(first.confidence, second.confidence),
        alternatives=tuple(dict.fromkeys(text for text in texts if text != texts[0]))[:4],
        words=first.words + second.words,
        seconds=max(sum(lengths), second.start + second.seconds - first.start),
        start=first.start,
    )
