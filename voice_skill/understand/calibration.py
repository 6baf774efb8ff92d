"""From likeness to probability. The constants are fitted by ``benchmarks/calibrate.py``; run it again when they matter.

Fitted on the shipped phrases, each read by an index that had not seen it, whole and with a quarter of its words
damaged as a recogniser damages them, against 400 lines that people say to assistants about anything else.
"""

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

VIEWS = (1.18, 0.83, 2.57, 1.88)
"""Weight of each view of an entry: ideas and sounds by the index, its nearest phrase by ideas and by sound."""
SIGNS = (0.1, -1.41, 4.13, -2.66, -1.72, 3.61, -1.3, -0.01, 0.26)
"""Weight of each of the ``Signs``."""
BIAS = -0.43
"""Log-odds that an entry is meant when no sign says anything."""


@dataclass(frozen=True, slots=True)
class Signs:
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


def shares(views: Floats) -> Floats:
    """Probability of each entry, given that one of them is meant; ``views`` has a row an entry."""
    odds = views @ np.array(VIEWS, np.float32)
    likely = np.exp(odds - odds.max())
    return np.asarray(likely / likely.sum(), np.float32)


def meant(signs: Signs) -> float:
    """Probability that any entry is meant."""
    odds = BIAS + sum(weight * sign for weight, sign in zip(SIGNS, astuple(signs), strict=True))
    return float(1 / (1 + np.exp(-odds)))
