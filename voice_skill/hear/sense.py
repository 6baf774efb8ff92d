"""Whether words that were heard can be what somebody said: noise comes out as words as well."""

from collections.abc import Sequence

from voice_skill.messages import Transcript, Word

SLOWEST, QUICKEST = 0.12, 0.045
"""Seconds a letter of what people say; vosk makes tones longer, and babble into many short words. 0.07 is usual."""

SURE = 0.8
"""Confidence from which words are taken at any pace: somebody may be in a hurry."""

DOUBTFUL = 0.5
"""Confidence below which several words are guesses."""

SEVERAL = 3
"""Words from which a pace can be told."""

LIKELY = 47.0
"""Likelihood a second that whispers have, and breath, tones and clicks have not."""

WHOLE_SURE = 0.75
"""Confidence that is asked for where no voice was detected."""

WHOLE_PACE = 0.055, 0.09
"""Seconds a letter that are asked for there."""

SHORT_PACE = 0.03, 0.2
"""The same of one or two words: a whispered "no" is long for its letters."""

FEW_AGAIN = 4
"""Words up to which one may be said again and again: "help, help, help". A siren goes on for longer."""

CLEAR = 0.95
"""Confidence from which an utterance was heard well."""

MORE = 1.5
"""Words, each counted by its confidence, that must have been missed beside such an utterance: a beep is less."""


def sifted(heard: Transcript, likelihood: float, whole: bool) -> Transcript:
    """What was heard in an utterance, without text when nobody can have said it.

    ``likelihood`` is the natural logarithm a second; ``whole`` tells that no voice was detected in all of it.
    """
    sense = _spoken(heard, likelihood) if whole else not _babble(heard, likelihood)
    return heard if sense else Transcript("", confidence=0.0, seconds=heard.seconds, start=heard.start)


def fuller(first: Sequence[Transcript], whole: Transcript) -> bool:
    """Whether a second look at all of a sound found more than the utterances at ``first``."""
    heard = [one for one in first if one.text]
    if heard and all(one.confidence >= CLEAR for one in heard):
        return _sure(whole) - sum(map(_sure, heard)) >= MORE
    return len(whole.words) > sum(len(one.words) for one in heard)


def _sure(heard: Transcript) -> float:
    return heard.confidence * len(heard.words)


def _babble(heard: Transcript, likelihood: float) -> bool:
    if heard.confidence >= SURE:
        return False
    if likelihood < LIKELY:
        return True
    at_ease = QUICKEST <= _pace(heard.words) <= SLOWEST
    return len(heard.words) >= SEVERAL and (not at_ease or heard.confidence < DOUBTFUL)


def _spoken(heard: Transcript, likelihood: float) -> bool:
    words = heard.words
    if not words or likelihood < LIKELY or heard.confidence < WHOLE_SURE:
        return False
    quick, slow = WHOLE_PACE if len(words) >= SEVERAL else SHORT_PACE
    said_again = len(words) - len({word.text for word in words})
    return quick <= _pace(words) <= slow and (len(words) <= FEW_AGAIN or said_again <= len(words) / 2)


def _pace(words: Sequence[Word]) -> float:
    """Seconds a letter."""
    return sum(word.end - word.start for word in words) / max(sum(len(word.text) for word in words), 1)
