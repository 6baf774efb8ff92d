"""What the network sees of a span must not depend on what else is read with it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.understand.likeness import NUMBERS
from voice_skill.understand.looking import Looking

WORDS = st.lists(st.sampled_from("my chest feels tight and the left arm went numb on tuesday".split()), min_size=1)


def looking() -> Looking:
    with np.load(NUMBERS) as numbers:
        return Looking(numbers, range(len(numbers["flags"])))


LOOKING = looking()


@given(WORDS, WORDS, WORDS)
def test_a_span_is_seen_as_if_it_stood_alone(before: list[str], span: list[str], after: list[str]) -> None:
    words, start, end = [*before, *span, *after], len(before), len(before) + len(span)
    alone = LOOKING.odds(span, [(0, len(span))])
    amid = LOOKING.odds(words, [(start, end), (0, len(words))])
    np.testing.assert_allclose(amid[0], alone[0], rtol=1e-3, atol=1e-3)


def test_neighbours_count() -> None:
    """A bag of words could not tell these apart."""
    here, there = (LOOKING.odds(text.split(), [(0, 5)]) for text in ("my left arm went numb", "numb went my arm left"))
    assert not np.allclose(here, there, atol=0.1)


def test_words_that_nobody_taught_are_read_too() -> None:
    assert np.isfinite(LOOKING.odds(["zqxj", "w" * 400], [(0, 2)])).all()
