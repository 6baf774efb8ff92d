"""Reading: different words for one thing become one idea, misheard words find their way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.content import Content, shipped_content
from voice_skill.understand.words import Words, plain, sound_of, stem


@pytest.fixture(scope="module")
def content() -> Content:
    return shipped_content()


@pytest.fixture(scope="module")
def words(content: Content) -> Words:
    return Words(content.lexicon, [phrase for entry in content.entries.values() for phrase in entry.phrases])


def ideas(words: Words, text: str) -> set[str]:
    return {token.idea for token in words.read(text).tokens if token.weight}


@pytest.mark.parametrize(
    ("text", "idea"),
    [
        ("would a physical therapist help", "physio"),
        ("is P.T. any good", "physio"),
        ("my scapula", "blades"),
        ("between the shoulders", "blades"),
        ("the top of my back", "upper_back"),
        ("my mid-back", "upper_back"),
        ("can I take Tylenol", "medicine"),
        ("could it be my pancreas", "organs"),
        ("What’s it a sign of", "mean"),
        ("at the bottom of my back", "lower_back"),
    ],
)
def test_wordings_become_ideas(words: Words, text: str, idea: str) -> None:
    assert idea in ideas(words, text)


@pytest.mark.parametrize(
    ("heard", "idea"),
    [
        ("pain between my shell their blades", "blades"),
        ("pain between the shoulder plates", "blades"),
        ("up her back pain", "upper_back"),
        ("does my physiothrapist know", "physio"),
        ("can i take ibuprofin", "medicine"),
    ],
)
def test_misheard_words_are_put_right(words: Words, heard: str, idea: str) -> None:
    assert idea in ideas(words, heard)


@pytest.mark.parametrize("word", ["wibble", "haberdasher", "quixotic", "notary", "plinth"])
def test_strange_words_stay_in_doubt(words: Words, word: str) -> None:
    assert all(token.weight < 1 for token in words.read(word).tokens)


def test_greetings_and_hesitation_are_left_out(words: Words) -> None:
    assert words.read("hello there, um, I was wondering, is it serious, please?").tokens == (
        words.read("is it serious").tokens
    )


def test_hello_does_not_take_the_there_of_there_is(words: Words) -> None:
    assert words.read("hello there's a knot in my back").tokens == words.read("there's a knot in my back").tokens


def test_every_wording_reads_as_its_idea(content: Content, words: Words) -> None:
    for idea, wordings in content.lexicon.ideas.items():
        for wording in wordings:
            assert idea in ideas(words, wording), wording


READER = Words(shipped_content().lexicon, ["is upper back pain serious"])
"""For property tests, which take no fixtures of a module."""


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(0 <= token.weight <= 1 for token in READER.read(text).tokens)


@pytest.mark.parametrize(
    ("one", "other"), [("stretches", "stretching"), ("cause", "causes"), ("body", "bodies"), ("pulled", "pulls")]
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_that_sound_alike_share_their_sound() -> None:
    assert sound_of(["shoulder", "blades"]) == sound_of(["shelter", "plates"])
    assert sound_of(["walking"]) != sound_of(["serious"])


def test_contractions_are_written_out() -> None:
    assert plain("What's it?", {"what's": "what is"}) == ["what", "is", "it"]
