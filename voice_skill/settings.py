"""What a person may set: flags, then ``VOICE_SKILL_*``, then ``config.toml``, then the defaults."""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from voice_skill.errors import SettingsError
from voice_skill.paths import config_file

PREFIX = "VOICE_SKILL_"
DEFAULT = "default"
"""Source of a value that nobody set."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """Which values a setting takes."""

    says: str
    """What a value must be, as an error puts it: "a whole number from 80 to 400"."""
    parse: Callable[[str], object]
    """Text of the environment to a value; ``ValueError`` or ``KeyError`` when it is none."""
    fits: Callable[[Any], bool]
    tidy: Callable[[Any], object] = lambda value: value
    """A value that fits, in the form it is kept."""


def _whole(low: int, high: int) -> Kind:
    return Kind(f"a whole number from {low} to {high}", int, lambda value: type(value) is int and low <= value <= high)


def _number(low: float, high: float) -> Kind:
    def fits(value: object) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high

    return Kind(f"a number from {low:g} to {high:g}", float, fits, float)


def _switch(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}[
        text.strip().lower()
    ]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


def _place(text: str) -> str:
    """The code as ``responses/places.toml`` spells it; people write UK where ISO 3166 says GB."""
    code = text.strip().upper()
    return {"UK": "GB", "UNKNOWN": "unknown"}.get(code, code)


PROFILES = ("auto", "small", "full")

PROFILE = Kind("auto, small or full", str, lambda value: value in PROFILES)
TEXT = Kind("a text in one line that is not empty", str, _is_text, str.strip)
SWITCH = Kind("true or false", _switch, lambda value: isinstance(value, bool))
PLACE = Kind("the code of a place, such as GB", str, _is_text, _place)


def _setting(default: T, kind: Kind, says: str) -> T:
    return field(default=default, metadata={"kind": kind, "says": says})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, checked. To add one, add its line here: flags, files and ``config`` follow."""

    model: str | None = _setting(None, TEXT, "speech model: a name from 'models list' or a folder")
    place: str = _setting("unknown", PLACE, "where you are, for the right emergency number")
    speech: bool = _setting(True, SWITCH, "speak the answers aloud")
    rate: int = _setting(155, _whole(80, 400), "speed of the voice, words a minute")
    voice: str | None = _setting(None, TEXT, "voice of espeak-ng, such as en-us or en-us+f3")
    volume: float = _setting(1.0, _number(0, 1), "loudness of the voice, 0 to 1")
    output_device: str | None = _setting(None, TEXT, "loudspeaker: a part of its name, or its number")
    cache_mb: int = _setting(50, _whole(0, 10_000), "megabytes kept of spoken answers; 0 keeps none")
    max_minutes: float = _setting(60.0, _number(0.01, 1440), "longest recording taken, minutes")
    profile: str = _setting("auto", PROFILE, "small spares a small machine, full does not, auto looks at it")

    input_device: str | None = _setting(None, TEXT, "microphone: a part of its name, or its number")
    wake: str = _setting("hey back coach", TEXT, "wake phrase of 'listen'")
    follow_up: float = _setting(8.0, _number(1, 120), "seconds it listens on after an answer")
    silence: float = _setting(0.8, _number(0.2, 10), "seconds of silence that end a turn")
    silence_quick: float = _setting(0.3, _number(0.2, 10), "the same after a complete question, a yes or a no")
    silence_unfinished: float = _setting(1.6, _number(0.2, 20), "the same after 'and', 'um', 'because'")
    earcons: bool = _setting(True, SWITCH, "short sounds when it wakes and when a turn is over")
    barge_in: bool = _setting(True, SWITCH, "may be interrupted while it speaks")

    sources: Mapping[str, str] = field(default_factory=dict)
    """Where each value came from: ``--rate``, ``VOICE_SKILL_RATE``, ``PATH/config.toml:3`` or ``default``."""
    notes: tuple[str, ...] = ()
    """What a person should hear about but which stops nothing."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of ``Settings``, for those who go through all of them."""

    key: str
    kind: Kind
    default: object
    says: str

    @property
    def flag(self) -> str:
        """As on the command line."""
        return "--" + self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        """As in the environment."""
        return PREFIX + self.key.upper()

    def checked(self, value: object, source: str) -> object:
        """``value`` in the form it is kept; ``SettingsError`` begins with ``source``."""
        if not self.kind.fits(value):
            raise SettingsError(f"{source}: {self.key} must be {self.kind.says}, not {value!r}")
        return self.kind.tidy(value)


SETTINGS = {
    each.name: Setting(each.name, each.metadata["kind"], each.default, each.metadata["says"])
    for each in fields(Settings)
    if each.metadata
}
"""Every setting, by key."""


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """The settings in force. A flag that is ``None`` was not given.

    ``environ`` and ``file`` are the process's own unless given. ``SettingsError`` names where a wrong value stands.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    sources = dict.fromkeys(SETTINGS, DEFAULT)
    for origin in (_from_file(file or config_file()), _from_environment(environ), _from_flags(flags or {})):
        for setting, value, source in origin:
            values[setting.key], sources[setting.key] = value, source
    return Settings(**values, sources=sources, notes=tuple(_unknown_variables(environ)))


Origin = Iterator[tuple[Setting, object, str]]
"""A setting, its checked value, and where that came from."""


def _from_flags(flags: Mapping[str, object]) -> Origin:
    for key, value in flags.items():
        setting = SETTINGS[key]
        if value is not None:
            yield setting, setting.checked(value, setting.flag), setting.flag


def _from_environment(environ: Mapping[str, str]) -> Origin:
    for setting in SETTINGS.values():
        text = environ.get(setting.variable, "")
        if not text.strip():
            continue
        try:
            value = setting.kind.parse(text)
        except (ValueError, KeyError):
            value = text
        yield setting, setting.checked(value, setting.variable), setting.variable


def _from_file(path: Path) -> Origin:
    for key, value in _table(path).items():
        from voice_skill.content.reading import line_of

        source = f"{path}:{line_of(path, key)}"
        if key not in SETTINGS:
            raise SettingsError(f"{source}: unknown key {key!r}{_nearest(key, SETTINGS)}")
        yield SETTINGS[key], SETTINGS[key].checked(value, source), source


def _table(path: Path) -> dict[str, object]:
    """The table in ``path``, empty when there is no such file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 text: save it again as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        from voice_skill.content.reading import toml_slip

        line, says = toml_slip(error)
        raise SettingsError(f"{path}:{line or len(text.splitlines())}: {says}") from error


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """A note for each: they are not refused, since another program's may begin alike."""
    known = {setting.variable for setting in SETTINGS.values()}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            yield f"{name} is not a setting and was left alone{_nearest(name, known)}"


def _nearest(name: str, known: Mapping[str, object] | set[str]) -> str:
    """The end of a sentence that says which name was perhaps meant."""
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
