"""What several commands share: settings with their notes, the speech model, talk on stderr."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_skill import settings
from voice_skill.hear.models import FoundModel, find_model, starter
from voice_skill.paths import printable

if TYPE_CHECKING:
    from voice_skill.content import Content
    from voice_skill.vocabulary import Unknown


def tell(line: str) -> None:
    """One line of talk, on stderr, whatever the names of files in it are made of."""
    click.echo(f"voice-skill: {printable(line)}", err=True)


def load_settings(flags: Mapping[str, object]) -> settings.Settings:
    """The settings in force; what is odd about them is told."""
    now = settings.load(flags)
    for note in now.notes:
        tell(note)
    return now


def load_content(place: str) -> "Content":
    """The shipped content; a place it has no numbers for is told once, and then treated as unknown."""
    from voice_skill.content import shipped_content

    content = shipped_content()
    tell_of_place(content, place)
    return content


def tell_of_place(content: "Content", place: str) -> None:
    """Say so when ``content`` has no numbers for ``place``."""
    from voice_skill.content.places import UNKNOWN

    if place not in content.places and place != UNKNOWN:
        tell(
            f"no emergency number is known for {place!r}, so answers say 'your local emergency number'. "
            f"Known places: {', '.join(sorted(set(content.places) - {UNKNOWN}))}"
        )


def model_finder(now: settings.Settings) -> FoundModel:
    """The speech model that the settings ask for, or else the best there is."""
    found = find_model(now.model, now.sources["model"])
    for note in found.notes:
        tell(note)
    return found


def working_model(now: settings.Settings) -> FoundModel:
    """The same as it is used on this machine: with less to search on a small one."""
    from voice_skill.small import light

    return light(model_finder(now), now)


def unknown_words(model: FoundModel, responses: Path) -> list["Unknown"]:
    """The words of ``responses``, and of the wake phrase, that ``model`` does not know."""
    from voice_skill import vocabulary
    from voice_skill.content import read
    from voice_skill.hear.recogniser import Recogniser

    knows = Recogniser(model.folder).knows

    def english() -> Iterator[str]:
        return vocabulary.english_words(starter().folder)

    spoken = vocabulary.unknown(read(responses)[0], responses, knows, english)
    return [*spoken, *vocabulary.unknown_in(settings.load().wake, knows, english, "the wake phrase")]
