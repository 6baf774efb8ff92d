"""From likeness to probability. The constants are fitted by ``benchmarks/calibrate.py``; run it again when they matter.

Fitted on the shipped phrases, each read by an index that had not seen it, whole and with a quarter of its words
damaged as a recogniser damages them, against 400 lines that people say to assistants about anything else.
"""

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

VIEWS = (1.26, 3.57, 6.72)
"""Weight of each view of an entry: its ideas by the index, its nearest phrase by ideas, and by sound."""
SIGNS = (0.5, 3.0, 3.0, -0.8, -3.0, 1.0, 1.5, 0.3)
"""Weight of each of the ``Signs``."""
BIAS = -4.0
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
    unknown: float
    """Words that are not understood; a mended word counts in part."""
    unknown_share: float
    """The same, as a share of all words that say something."""
    topic: float
    """1 when the upper back or the shoulder blades are named."""
    near_topic: float
    """1 when the back, pain or another word of the topic is named."""
    known: float
    """Ideas understood."""


def shares(views: Floats) -> Floats:
    """Probability of each entry, given that one of them is meant; ``views`` has a row an entry."""
    odds = views @ np.array(VIEWS, np.float32)
    likely = np.exp(odds - odds.max())
    return np.asarray(likely / likely.sum(), np.float32)


def meant(signs: Signs) -> float:
    """Probability that any entry is meant."""
    odds = BIAS + sum(weight * sign for weight, sign in zip(SIGNS, astuple(signs), strict=True))
    return float(1 / (1 + np.exp(-odds)))
