"""``responses/phrases.toml``: everything said that is no FAQ answer, red-flag advice or triage question."""

from collections.abc import Mapping

from voice_skill.content.reading import Reader


def read(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    """Sentences by id."""
    path = reader.folder / "phrases.toml"
    table = reader.parse(path)
    if table is None:
        return {}
    kinds = dict.fromkeys(table, "texts")
    if not reader.check(path, table, kinds, {}):
        return {}
    return {key: tuple(sentences) for key, sentences in table.items()}
