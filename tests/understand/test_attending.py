"""The reader that reads an utterance as a whole: far words must count, and no word may be left unread."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.understand.attending import LONGEST, STEP, Attending
from voice_skill.understand.likeness import HARMLESS, NUMBERS, SPAN

STORY = "we had tea in the garden with the neighbours and then i went in to iron the shirts for the week".split()


def attending() -> tuple[Attending, int]:
    with np.load(NUMBERS) as numbers:
        names = [str(name) for name in numbers["flags"]]
        return Attending(numbers, range(len(names))), names.index(HARMLESS)


ATTENDING, CALM = attending()


def danger(text: str) -> float:
    """Log odds of any danger against none."""
    odds = ATTENDING.odds(text.split(), [0])[0]
    return float(np.delete(odds, CALM).max() - odds[CALM])


def test_a_word_far_away_counts() -> None:
    """No look at a word and its two neighbours could tell these apart."""
    told = "i had a pain in my chest that went into my jaw and down my left arm and i was sweating"
    assert danger(f"{told} right now") > danger(f"{told} back in nineteen eighty two") + 1


def test_order_counts() -> None:
    assert danger("my arm went numb") != danger("numb went my arm")


@settings(deadline=None)
@given(st.lists(st.sampled_from(STORY), min_size=1, max_size=200))
def test_each_place_is_read_with_what_stands_around_it(words: list[str]) -> None:
    """However long it is, the span that begins at a place is read by the reading of that place."""
    last = max(0, -(-(len(words) - LONGEST) // STEP))
    starts = range(0, len(words), 4)
    odds = ATTENDING.odds(words, starts)
    for start, told in zip(starts, odds, strict=True):
        first = min(start // STEP, last) * STEP
        assert first <= start
        assert min(start + SPAN, len(words)) <= first + LONGEST
        alone = ATTENDING.odds(words[first : first + LONGEST], [0])[0]
        np.testing.assert_allclose(told, alone, rtol=1e-3, atol=1e-3)


def test_words_that_nobody_taught_are_read_too() -> None:
    assert np.isfinite(ATTENDING.odds(["zqxj", "w" * 400], [0, 1])).all()
