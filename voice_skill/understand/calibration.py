"""From likeness to probability. The constants are fitted by ``benchmarks/calibrate.py``; run it again when they matter.

Fitted on the shipped phrases, each read by an index that had not seen it, whole and with a quarter of its words
damaged as a recogniser damages them, against 400 lines that people say to assistants about anything else.
"""

from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

VIEWS = (1.01, 0.22, 0.74, 2.42, 3.1)
"""Weight of each view of an entry: ideas and sounds by the index, its nearest phrase by ideas and by sound."""
SIGNS = (-0.11, -1.06, 2.18, -1.3, -0.56, 2.21, -1.05, -0.28, -0.28, 0.1, -0.46, -0.1, -0.02, -0.42, -1.38, -1.9)
"""Weight of each of the ``Signs``."""
BIAS = 0.75
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
    stray: float
    """0 to 1: the share of words not understood, unless the upper back is named."""
    place: float
    """1 when the upper back or the shoulder blades are named."""
    topic: float
    """1 when they, or the back, pain or another word of the topic are named."""
    known: float
    """Ideas understood, at most 4."""
    bare: float
    """1 when only one idea was understood, and it is not of the topic."""
    lone: float
    """1 when it is so, and a word was not understood ("what does ubuntu mean")."""
    other: float
    """1 when something else is named and the upper back is not."""
    said_against: float
    """What the ideas say for a refused phrase, less what they say for the likeliest entry."""
    lacked_against: float
    """The same of the ideas that are lacking."""
    heard_against: float
    """The same of the sounds."""
    ideas_against: float
    """Likeness to the nearest refused phrase, less that to the nearest of the entry, idea by idea."""
    sound_against: float
    """The same by sound."""


def shares(views: Floats) -> Floats:
    """Probability of each entry, given that one of them is meant; ``views`` has a row an entry."""
    odds = views @ np.array(VIEWS, np.float32)
    likely = np.exp(odds - odds.max())
    return np.asarray(likely / likely.sum(), np.float32)


def meant(signs: Signs) -> float:
    """Probability that any entry is meant."""
    odds = BIAS + sum(weight * sign for weight, sign in zip(SIGNS, signs, strict=True))
    return 1 / (1 + exp(-odds))
