"""From likeness to probability. The constants are fitted by ``benchmarks/calibrate.py``; run it again when they matter.

Fitted on the shipped phrases, each read by an index that had not seen it, whole and with a quarter of its words
damaged as a recogniser damages them, against 400 lines that people say to assistants about anything else.
"""

from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

VIEWS = (1.1, 0.24, 0.78, 2.2, 3.12)
"""Weight of each view of an entry: ideas and sounds by the index, its nearest phrase by ideas and by sound."""
SIGNS = (-0.08, -0.74, 2.04, -1.55, 2.44, 1.21, -1.39, -0.56, -0.2, -0.38, -0.08, -0.1, -0.47, -2.02, -2.4)
"""Weight of each of the ``Signs``."""
BIAS = 0.23
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
