"""``responses/phrases.toml``: everything said that is no FAQ answer, red-flag advice or triage question."""

from collections.abc import Iterator, Mapping

from voice_skill.content.reading import Reader, Spoken

FILE = "phrases.toml"

IDS = (
    "greeting",
    "position",
    "help",
    "not_understood",
    "other_subject",
    "other_body_part",
    "animal",
    "child",
    "did_you_mean",
    "confirm_flag",
    "is_it_happening_now",
    "safety_net",
    "medicine_check",
    "emergency",
    "cannot_call",
    "getting_help",
    "offer_triage",
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
    "thanks",
    "goodbye",
)
"""What is said. The file holds these and no others: one that is missing would be silence where words are due."""

SLOTS = {"did_you_mean": frozenset({"first", "second"}), "confirm_flag": frozenset({"flag"})}
"""Slots that the code fills, by id, besides those of ``places.toml``."""


def read(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    """Sentences by id."""
    table = reader.table(reader.folder / FILE, dict.fromkeys(IDS, "texts")) or {}
    return {key: tuple(sentences) for key, sentences in table.items()}


def spoken(phrases: Mapping[str, tuple[str, ...]]) -> Iterator[Spoken]:
    """What is said under each id."""
    for key, sentences in phrases.items():
        yield Spoken(FILE, (key,), sentences, SLOTS.get(key, frozenset()), key == "medicine_check")
