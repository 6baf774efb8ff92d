"""Blocks of sound to a Transcript: the one place that knows vosk."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice_skill.errors import ModelError, RecognitionError
from voice_skill.hear.recording import SAMPLE_RATE, Block
from voice_skill.messages import Transcript, Word

ALTERNATIVES = 5
"""Hypotheses asked for, the best included."""

UNKNOWN = "[unk]"
"""What vosk writes for sound that none of the phrases of a grammar fits."""

FEW_WORDS = 2
DOUBTFUL = 0.5
"""Noise comes out as "the" or "huh" with a confidence below this: so few words, so unsure, are nothing heard."""


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    text: str
    likelihood: float
    """Natural logarithm, up to a constant."""
    words: tuple[dict[str, Any], ...]


class Recogniser:
    """Offline speech recognition with one model, loaded once. ``ModelError`` when the folder is none."""

    def __init__(self, model_folder: Path) -> None:
        import vosk

        vosk.SetLogLevel(-1)
        self._vosk = vosk
        try:
            # vosk joins paths as text; a Path raises AttributeError.
            self._model = vosk.Model(str(model_folder))
        except Exception as error:  # vosk raises bare Exception
            raise ModelError(
                f"{model_folder}: is not a speech model that vosk can load. Run: voice-skill models list"
            ) from error

    def start(self, grammar: Sequence[str] | None = None) -> "Decoding":
        """Begin to decode one utterance.

        ``grammar`` lists the only phrases that can be heard; anything else comes out as ``[unk]``. It is quick, but
        takes other speech for its phrases now and then: look again without it before acting on one.
        ``RecognitionError`` names the words that the model does not know.
        """
        if grammar is None:
            return Decoding(self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE))
        unknown = [word for phrase in grammar for word in phrase.split() if not self.knows(word)]
        if unknown:
            raise RecognitionError(f"the speech model does not know {', '.join(unknown)}. Choose other words")
        return Decoding(self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE, json.dumps([*grammar, UNKNOWN])))

    def transcribe(
        self,
        blocks: Iterable[Block],
        on_partial: Callable[[str], None] | None = None,
        certain: bool = True,
    ) -> Transcript:
        """What is said in ``blocks``; the text is empty when nothing is.

        ``on_partial`` is given the words so far, as they change. ``certain`` is as for ``Decoding.finish``.
        """
        decoding = self.start()
        partial = ""
        for block in blocks:
            decoding.accept(block)
            if on_partial and (now := decoding.partial()) != partial:
                partial = now
                on_partial(partial)
        return decoding.finish(certain)

    def knows(self, word: str) -> bool:
        """Whether the model can ever hear ``word``."""
        return bool(self._model.vosk_model_find_word(word) >= 0)


class Decoding:
    """One utterance under way. Blocks of any size go in; vosk lets other threads run while it works on them.

    Not for use by two threads at once.
    """

    def __init__(self, recognizer: Any) -> None:
        recognizer.SetWords(True)
        recognizer.SetMaxAlternatives(ALTERNATIVES)
        self._recognizer = recognizer
        self._parts: list[tuple[_Hypothesis, ...]] = []
        self._samples = 0

    def accept(self, block: Block) -> None:
        """Decode one more block."""
        self._samples += len(block)
        try:
            ended = self._recognizer.AcceptWaveform(block.tobytes())
        except Exception as error:  # vosk raises bare Exception
            raise RecognitionError("the speech recogniser stopped. Try again, or another model") from error
        if ended:
            # After an endpoint FinalResult() is empty: what Result() gives now must be kept.
            self._parts.append(_hypotheses(self._recognizer.Result()))

    def partial(self) -> str:
        """The words so far; the last ones may still change."""
        now = json.loads(self._recognizer.PartialResult())["partial"]
        before = [part[0].text for part in self._parts if part]
        return " ".join(filter(None, (*before, now)))

    def finish(self, certain: bool = True) -> Transcript:
        """What was said; the text is empty when nothing was. Call it once.

        ``certain`` tells that a voice was detected; without one, more confidence is asked for.
        """
        parts = [*self._parts, _hypotheses(self._recognizer.FinalResult())]
        return _transcript(parts, self._samples / SAMPLE_RATE, certain)


def _hypotheses(result: str) -> tuple[_Hypothesis, ...]:
    found = json.loads(result).get("alternatives", [])
    return tuple(
        _Hypothesis(one["text"].strip(), float(one["confidence"]), tuple(one.get("result", ()))) for one in found
    )


def _transcript(parts: Sequence[tuple[_Hypothesis, ...]], seconds: float, certain: bool) -> Transcript:
    parts = [part for part in parts if part and (part[0].text or len(part) > 1)]
    words = [word for part in parts for word in _words(part)]
    best = " ".join(part[0].text for part in parts).strip()
    confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
    if not best or (len(words) <= (FEW_WORDS if certain else 2 * FEW_WORDS) and confidence < DOUBTFUL):
        return Transcript("", confidence, seconds=seconds)
    return Transcript(best, confidence, _alternatives(parts, best), tuple(words), seconds)


def _alternatives(parts: Sequence[tuple[_Hypothesis, ...]], best: str) -> tuple[str, ...]:
    """Whole-utterance readings: one part read otherwise at a time, the likeliest first."""
    found: list[tuple[float, str]] = []
    for place, part in enumerate(parts):
        for other in part[1:]:
            texts = [other.text if at == place else each[0].text for at, each in enumerate(parts)]
            found.append((part[0].likelihood - other.likelihood, " ".join(filter(None, texts))))
    ranked = dict.fromkeys(text for _, text in sorted(found) if text and text != best)
    return tuple(ranked)[: ALTERNATIVES - 1]


def _words(hypotheses: tuple[_Hypothesis, ...]) -> list[Word]:
    """The best hypothesis's words, each with the share of probability of the hypotheses that have it at that time.

    With alternatives vosk gives likelihoods and no word confidences; a second decoding for them would double the time.
    """
    top = hypotheses[0].likelihood
    weights = [math.exp(min(0.0, one.likelihood - top)) for one in hypotheses]
    total = sum(weights)

    def share(word: dict[str, Any]) -> float:
        having = (weight for one, weight in zip(hypotheses, weights, strict=True) if _holds(one, word))
        return min(1.0, sum(having) / total)

    return [Word(word["word"], word["start"], word["end"], share(word)) for word in hypotheses[0].words]


def _holds(hypothesis: _Hypothesis, word: dict[str, Any]) -> bool:
    return any(
        other["word"] == word["word"] and other["start"] < word["end"] and word["start"] < other["end"]
        for other in hypothesis.words
    )
