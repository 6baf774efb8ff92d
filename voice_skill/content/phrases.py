"""``responses/phrases.toml``: everything said that is no FAQ answer, red-flag advice or triage question."""

from collections.abc import Iterator, Mapping

from voice_skill.content.reading import Reader, Spoken

FILE = "phrases.toml"

IDS = (
    "greeting",
    "position",
    "about",
    "help",
    "not_understood",
    "unknown_word",
    "other_subject",
    "other_body_part",
    "animal",
    "child",
    "child_still",
    "did_you_mean",
    "confirm_flag",
    "not_said",
    "not_confirmed",
    "is_it_happening_now",
    "not_happening",
    "safety_net",
    "medicine_check",
    "medicine_check_short",
    "emergency",
    "emergency_again",
    "cannot_call",
    "to_the_ill",
    "to_a_helper",
    "getting_help",
    "offer_triage",
    "offer_declined",
    "between_blades",
    "nothing_heard",
    "nothing_heard_again",
    "nothing_heard_close",
    "nothing_to_repeat",
    "no_more",
    "slower",
    "faster",
    "louder",
    "quieter",
    "stopped",
    "start_over",
    "start_over_careful",
    "more_time",
    "shorter",
    "other_words",
    "who_wrote",
    "who_wrote_all",
    "months",
    "years",
    "thanks",
    "goodbye",
)
"""What is said. The file holds these and no others: one that is missing would be silence where words are due."""

SLOTS = {
    "did_you_mean": frozenset({"first", "second"}),
    "confirm_flag": frozenset({"flag"}),
    "not_confirmed": frozenset({"flag"}),
    "who_wrote": frozenset({"source", "date"}),
    "who_wrote_all": frozenset({"date"}),
}
"""Slots that the code fills, by id, besides those of ``places.toml``."""


PARTS = frozenset({"months", "years", "emergency_again", "to_the_ill", "to_a_helper"})
"""Lists of which one is said at a time."""
FIRST_YEAR = 2025
"""Of the list ``years``."""


def read(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    """Sentences by id."""
    table = reader.table(reader.folder / FILE, dict.fromkeys(IDS, "texts")) or {}
    return {key: tuple(sentences) for key, sentences in table.items()}


def spoken(phrases: Mapping[str, tuple[str, ...]]) -> Iterator[Spoken]:
    """What is said under each id."""
    for key, sentences in phrases.items():
        slots, medicine = SLOTS.get(key, frozenset()), key.startswith("medicine_check")
        yield Spoken(FILE, (key,), sentences, slots, medicine, whole=key not in PARTS)
