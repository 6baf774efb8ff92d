"""A table of texts holds what a dict of them does."""

from hypothesis import given
from hypothesis import strategies as st

from voice_skill.understand.table import Table

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=8)


@given(numbers=st.dictionaries(TEXTS, st.integers(0, 65_535)), other=TEXTS)
def test_it_finds_what_is_in_it_and_nothing_else(numbers: dict[str, int], other: str) -> None:
    table = Table(numbers)
    assert {text: table.get(text) for text in (*numbers, other)} == {**{other: None}, **numbers}
    assert list(table) == list(numbers)
