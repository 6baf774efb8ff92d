"""Words are found as the concepts that their sets name."""

from hypothesis import given
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.understand.concepts import Concepts, spelt

WORDS = st.sampled_from(["arm", "arms", "left", "my", "ar*", "l*"])
WORDINGS = st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), max_size=6)


@given(
    sets=st.dictionaries(st.sampled_from("abc"), WORDINGS, max_size=3),
    said=st.lists(st.sampled_from(["arm", "arms", "left", "my", "leg"]), max_size=6),
)
def test_sharing_what_is_equal_changes_nothing_that_is_found(sets: dict[str, list[str]], said: list[str]) -> None:
    concepts = Concepts(sets)
    found = concepts.tag(said)
    concepts.finish()
    assert concepts.tag(said) == found


def test_a_wording_may_name_the_beginning_of_any_of_its_words() -> None:
    concepts = Concepts({"site": ["left arm*", "ar* left", "arm"]})
    concepts.finish()
    assert concepts.tag("my left arms left arm".split()) == {0: [(1, 3), (2, 4), (3, 5), (4, 5)]}


def test_no_wording_stands_for_thousands() -> None:
    """Each of them is kept: a choice within a choice took half of all memory before anybody noticed."""
    reading = shipped_content().reading
    lists = (*reading.words.values(), *reading.lists.values(), reading.idioms)
    for wording in (each for wordings in lists for each in wordings):
        assert len(set(spelt(wording))) <= 800, wording
