"""Slots, places, and what the shipped entries promise."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.content import shipped_content, spoken
from voice_skill.content.places import SLOTS, UNKNOWN, fill, place_for
from voice_skill.messages import Level

CONTENT = shipped_content()
CODES = sorted(CONTENT.places)
NUMBERS = {
    "US": "911", "CA": "911", "GB": "999", "UK": "999", "IE": "112", "EU": "112", "FR": "112", "DE": "112",
    "AU": "000", "NZ": "111", "IN": "112", "ZA": "112", "SG": "995", "HK": "999", "JP": "119", "KR": "119", "CN": "120",
}  # fmt: skip
SEED = {
    "physio_good", "physio_how", "treatment", "serious", "relieve_between_blades", "walking", "common_cause",
    "muscle_or_spine", "organs", "left_side", "indicate", "between_blades_cause",
}  # fmt: skip

words = st.dictionaries(st.sampled_from(sorted(SLOTS)) | st.from_regex(r"\A\w+\Z"), st.text())


@pytest.mark.parametrize("code", CODES)
def test_no_slot_is_left_in_any_place(code: str) -> None:
    place = CONTENT.places[code]
    for group in spoken(CONTENT):
        own = dict.fromkeys(group.slots, "something")
        for sentence in group.sentences:
            assert not re.search(r"[{}]", fill(sentence, {**place.words, **own})), (group, sentence)


@given(st.text(alphabet=st.characters(exclude_characters="{}")), words)
def test_a_sentence_without_slots_only_gets_its_capital(sentence: str, slots: dict[str, str]) -> None:
    assert fill(sentence, slots) == sentence[:1].upper() + sentence[1:]


@given(st.text(), words)
def test_filling_never_fails(sentence: str, slots: dict[str, str]) -> None:
    assert isinstance(fill(sentence, slots), str)


@given(st.text(), st.text(), st.sampled_from(sorted(SLOTS)), st.text(min_size=1))
def test_words_come_in_as_they_are(before: str, after: str, slot: str, word: str) -> None:
    sentence = f"X{before.replace('{', '')}{{{slot}}}{after.replace('{', '')}"
    assert fill(sentence, {slot: word}) == sentence.replace(f"{{{slot}}}", word)


def test_a_slot_without_a_word_stays() -> None:
    assert fill("Call {nobody} now.", {}) == "Call {nobody} now."


@pytest.mark.parametrize(("code", "number"), NUMBERS.items())
def test_numbers(code: str, number: str) -> None:
    assert place_for(CONTENT.places, code).number == number


@pytest.mark.parametrize("code", ["", "XX", "unknown", "UNKNOWN", "CH", "Atlantis", "99"])
def test_a_place_that_is_not_known_names_no_number(code: str) -> None:
    place = place_for(CONTENT.places, code)
    assert (place.code, place.number) == (UNKNOWN, None)
    assert place.words["emergency_number"] == "your local emergency number"


@pytest.mark.parametrize("code", ["gb", " GB ", "uk", "Uk"])
def test_codes_are_read_in_any_letters(code: str) -> None:
    assert place_for(CONTENT.places, code).code == "GB"


def test_only_britain_has_the_rule_for_the_top_of_the_back() -> None:
    rules = {place.code: place.between_blades for place in CONTENT.places.values()}
    assert {code: rule for code, rule in rules.items() if rule} == {"GB": Level.URGENT}


@pytest.mark.parametrize("code", CODES)
def test_every_place_has_every_word(code: str) -> None:
    assert set(CONTENT.places[code].words) == set(SLOTS)


def test_the_seed_is_covered() -> None:
    assert set(CONTENT.entries) >= SEED


@pytest.mark.parametrize("entry", sorted(SEED))
def test_entries_are_short_and_asked_in_many_ways(entry: str) -> None:
    content = CONTENT.entries[entry]
    assert 2 <= len(content.answer) <= 4
    assert len(content.phrases) >= 40


@pytest.mark.parametrize("entry", sorted(SEED))
def test_a_painkiller_comes_with_the_check(entry: str) -> None:
    content = CONTENT.entries[entry]
    named = re.search(r"ibuprofen|naproxen|\{paracetamol\}", " ".join(content.answer + content.more))
    assert bool(named) == content.medicine
