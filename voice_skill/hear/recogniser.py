"""Blocks of sound to a Transcript: the one place that knows vosk."""

import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from voice_skill.errors import ModelError, RecognitionError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.messages import Transcript, Word

if TYPE_CHECKING:
    # Not imported here: a model begins to load before numpy is there.
    from voice_skill.hear.recording import Block

ALTERNATIVES = 5
"""Hypotheses asked for, the best included."""

STEP = 2 * 3_200
"""Bytes, 0.2 s, that vosk gets at a time: where it looks for an endpoint must not hang on how the sound came."""

UNKNOWN = "[unk]"
"""What vosk writes for sound that none of the phrases of a grammar fits."""

DOUBTFUL = 0.5
"""Silence and noise come out as "the", "huh" or "well" with a confidence below this."""

FEW_WORDS, FEW_WITHOUT_VOICE = 1, 4
"""So few words, so unsure, are nothing heard; without a voice that was detected, a few more are."""


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    text: str
    likelihood: float
    """Natural logarithm, up to a constant."""
    words: tuple[dict[str, Any], ...]


class Recogniser:
    """Offline speech recognition with one model, loaded once. ``ModelError`` when the folder is none."""

    def __init__(self, model_folder: Path) -> None:
        vosk = _import_vosk()
        vosk.SetLogLevel(-1)
        self._vosk = vosk
        try:
            # vosk joins paths as text; a Path raises AttributeError.
            self._model = vosk.Model(str(model_folder))
            # Damaged graphs are noticed only here.
            self._spare: Any = vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
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
            ready, self._spare = self._spare, None
            return Decoding(ready or self._open())
        unknown = [word for phrase in grammar for word in phrase.split() if not self.knows(word)]
        if unknown:
            raise RecognitionError(f"the speech model does not know {', '.join(unknown)}. Choose other words")
        return Decoding(self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE, json.dumps([*grammar, UNKNOWN])))

    def prepare(self) -> None:
        """Make the next ``start()`` quicker, for a moment at which nobody waits."""
        self._spare = self._spare or self._open()

    def _open(self) -> Any:
        return self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE)

    def transcribe(
        self,
        blocks: "Iterable[Block]",
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
        self._waiting = bytearray()
        self._samples = 0
        self.likelihood = 0.0
        """Natural logarithm a second, up to a constant; known when it is finished."""

    def accept(self, block: "Block") -> None:
        """Decode one more block, as far as it fills steps of ``STEP`` bytes; the rest waits for the next."""
        self._samples += len(block)
        self._waiting += block.tobytes()
        while len(self._waiting) >= STEP:
            self._decode(bytes(self._waiting[:STEP]))
            del self._waiting[:STEP]

    def _decode(self, sound: bytes) -> None:
        try:
            ended = self._recognizer.AcceptWaveform(sound)
        except Exception as error:  # vosk raises bare Exception
            raise RecognitionError("the speech recogniser stopped. Try again, or another model") from error
        if ended:
            # After an endpoint FinalResult() is empty: what Result() gives now must be kept.
            self._parts.append(_hypotheses(self._recognizer.Result()))

    def partial(self) -> str:
        """The words so far; the last ones may still change."""
        now = json.loads(self._recognizer.PartialResult()).get("partial", "")
        before = [part[0].text for part in self._parts if part]
        return " ".join(filter(None, (*before, now)))

    def finish(self, certain: bool = True) -> Transcript:
        """What was said; the text is empty when nothing was. Call it once.

        ``certain`` tells that a voice was detected; without one, more confidence is asked for.
        """
        if self._waiting:
            self._decode(bytes(self._waiting))
        parts = [*self._parts, _hypotheses(self._recognizer.FinalResult())]
        seconds = self._samples / SAMPLE_RATE
        self.likelihood = sum(part[0].likelihood for part in parts if part) / max(seconds, 1e-9)
        return _transcript(parts, seconds, certain)


NOT_NEEDED = {
    "requests": (),
    "srt": (),
    "tqdm": ("tqdm",),
    "urllib.request": ("urlretrieve",),
}
"""What vosk's module imports to download models and write subtitles, and the names it takes from each."""


def _import_vosk() -> Any:
    """vosk without its downloader, whose imports take longer than loading a model, and a fifth of its memory.

    What stands in for them is empty, so that vosk cannot open a connection.
    """
    stands_in = {name: ModuleType(name) for name in NOT_NEEDED if name not in sys.modules}
    for name, module in stands_in.items():
        module.__dict__.update(dict.fromkeys(NOT_NEEDED[name]))
    sys.modules.update(stands_in)
    try:
        import vosk
    finally:
        for name in stands_in:
            del sys.modules[name]
    return vosk


def _hypotheses(result: str) -> tuple[_Hypothesis, ...]:
    found = json.loads(result).get("alternatives", [])
    return tuple(
        _Hypothesis(one["text"].strip(), float(one["confidence"]), tuple(one.get("result", ()))) for one in found
    )


def _transcript(parts: Sequence[tuple[_Hypothesis, ...]], seconds: float, certain: bool) -> Transcript:
    heard = [(part, _words(part)) for part in parts if part]
    few = FEW_WORDS if certain else FEW_WITHOUT_VOICE
    heard = [(part, words) for part, words in heard if len(words) > few or _mean_confidence(words) >= DOUBTFUL]
    words = [word for _, its_words in heard for word in its_words]
    kept = [part for part, _ in heard]
    best = " ".join(part[0].text for part in kept).strip()
    if not best:
        return Transcript("", seconds=seconds, confidence=0.0)
    return Transcript(best, _mean_confidence(words), _alternatives(kept, best), tuple(words), seconds)


def _mean_confidence(words: Sequence[Word]) -> float:
    return sum(word.confidence for word in words) / len(words) if words else 0.0


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
