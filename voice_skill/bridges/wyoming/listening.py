"""One stream of sound to one Transcript, decoded while it comes."""

from dataclasses import replace

from voice_skill.assistant import joined
from voice_skill.bridges.skill import LONGEST_AUDIO
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.endpoint import Event, SpeechBegan, SpeechEnded, SpeechGoesOn
from voice_skill.hear.recogniser import Decoding, Recogniser
from voice_skill.hear.recording import Block
from voice_skill.hear.sense import fuller, sifted
from voice_skill.hear.whole import WholeSound
from voice_skill.messages import Transcript


class Listening:
    """Takes blocks and gives what was said: whole utterances as they end, and all of them joined at the end.

    Not for use by two threads at once.
    """

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._endpointer = WholeSound()
        self._decoding: Decoding | None = None
        self._heard: Transcript | None = None
        self._samples = 0

    @property
    def full(self) -> bool:
        """So much was heard that no more is taken."""
        return self._samples >= LONGEST_AUDIO * SAMPLE_RATE

    def accept(self, block: Block) -> list[str]:
        """Take a block; the words of the utterances that ended in it."""
        self._samples += len(block)
        return self._happened(self._endpointer.accept(block))

    def finish(self) -> tuple[list[str], Transcript]:
        """The words of the utterances that had not ended, and everything."""
        texts = self._happened(self._endpointer.finish())
        return texts, self._heard or Transcript("")

    def _happened(self, events: list[Event]) -> list[str]:
        texts: list[str] = []
        for event in events:
            if isinstance(event, SpeechBegan):
                self._decoding = self._recogniser.start()
            assert self._decoding
            if isinstance(event, SpeechBegan | SpeechGoesOn):
                self._decoding.accept(event.samples)
            else:
                texts += self._ended(self._decoding, event)
        return texts

    def _ended(self, decoding: Decoding, event: SpeechEnded) -> list[str]:
        utterance = event.utterance
        transcript = replace(decoding.finish(utterance.certain), start=utterance.start)
        transcript = sifted(transcript, decoding.likelihood, utterance.whole)
        before = [self._heard] if self._heard else []
        if not transcript.text or (utterance.whole and not fuller(before, transcript)):
            return []
        self._heard = joined(before[0], transcript) if before and not utterance.whole else transcript
        return [transcript.text]
