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

    def transcribe(
        self,
        blocks: Iterable[Block],
        on_partial: Callable[[str], None] | None = None,
        certain: bool = True,
    ) -> Transcript:
        """What is said in ``blocks``; the text is empty when nothing is.

        ``on_partial`` is given the words so far, as they change. ``certain`` tells that a voice was detected; without
        one, more confidence is asked for.
        """
        recognizer = self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        recognizer.SetWords(True)
        recognizer.SetMaxAlternatives(ALTERNATIVES)
        parts: list[tuple[_Hypothesis, ...]] = []
        samples, partial = 0, ""
        for block in blocks:
            samples += len(block)
            if self._accept(recognizer, block):
                # After an endpoint FinalResult() is empty: what Result() gives now must be kept.
                parts.append(_hypotheses(recognizer.Result()))
            elif on_partial:
                text = json.loads(recognizer.PartialResult())["partial"]
                if text != partial:
                    partial = text
                    on_partial(text)
        parts.append(_hypotheses(recognizer.FinalResult()))
        return _transcript(parts, samples / SAMPLE_RATE, certain)

    def knows(self, word: str) -> bool:
        """Whether the model can ever hear ``word``."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    @staticmethod
    def _accept(recognizer: Any, block: Block) -> bool:
        try:
            return bool(recognizer.AcceptWaveform(block.tobytes()))
        except Exception as error:  # vosk raises bare Exception
            raise RecognitionError("the speech recogniser stopped. Try again, or another model") from error


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
