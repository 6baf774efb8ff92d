"""From likeness to probability. The constants are fitted by ``benchmarks/calibrate.py``; run it again when they matter.

Fitted on the shipped phrases and on what people said, each read by an index and a second reader that had not seen it,
whole and with a quarter of its words damaged as a recogniser damages them, against what people say to assistants about
anything else.
"""

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

Views = Sequence[float]
"""What speaks for one entry, in the order of ``VIEWS``."""

VIEWS = (0.36, 0.33, 0.32, 0.89, 0.8)
"""Weight of each view of an entry: ideas and sounds by the index, nearest phrase by ideas and by sound, the reader."""
SIGNS = (-0.09, -0.52, 0.65, -1.35, 1.16, 0.68, -1.06, 0.2, -0.07, -0.65, 0.09, -0.15, -0.84, -0.87, -0.54)
"""Weight of each of the ``Signs``."""
BIAS = 0.78
"""Log-odds that an entry is meant when no sign says anything."""


class Signs(NamedTuple):
    """What speaks for, or against, any entry being meant."""

    clear: float
    """Log-odds of the likeliest entry against the others."""
    ideas: float
    """0 to 1: likeness to its nearest phrase, idea by idea."""
    sound: float
    """0 to 1: likeness to its nearest phrase, by sound."""
    astray: float
    """0 to 1: whether a word was not understood (a mended one counts in part) and none was of the topic."""
    place: float
    """1 when the upper back or the shoulder blades are named."""
    back: float
    """1 when the back is named, no part of it, and every word was understood ("fix my back")."""
    topic: float
    """1 when they, or the back, pain or another word of the topic are named."""
    told: float
    """1 when something is told and nothing asked, and no word is of the topic ("I go to the gym")."""
    known: float
    """Ideas understood, at most 4."""
    other: float
    """1 when something else is named and the upper back is not."""
    said_against: float
    """What the ideas say for a refused phrase, less what they say for the likeliest entry."""
    heard_against: float
    """The same of the sounds."""
    ideas_against: float
    """Likeness to the nearest refused phrase, less that to the nearest of the entry, idea by idea."""
    sound_against: float
    """The same by sound."""
    asked_against: float
    """Log-probability that nothing of this is asked, less that of the entry, by the second reader."""


def shares(entries: Sequence[Views]) -> list[float]:
    """Probability of each of ``entries``, by their views, given that one of them is meant."""
    odds = [sum(weight * view for weight, view in zip(VIEWS, views, strict=True)) for views in entries]
    most = max(odds)
    likely = [exp(each - most) for each in odds]
    total = sum(likely)
    return [each / total for each in likely]


def meant(signs: Signs) -> float:
    """Probability that any entry is meant."""
    odds = BIAS + sum(weight * sign for weight, sign in zip(SIGNS, signs, strict=True))
    return 1 / (1 + exp(-odds))
