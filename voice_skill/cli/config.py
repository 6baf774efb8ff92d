"""``voice-skill config``: each setting and where it came from."""

import json
import sys
from pathlib import Path

import click

from voice_skill import settings
from voice_skill.paths import config_file


@click.command("config")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(as_json: bool) -> None:
    """Show each setting and where it came from.

    Flags come first, then VOICE_SKILL_* variables, then config.toml, then the defaults.
    Plain output is itself a config.toml.
    """
    path = config_file()
    now = settings.load(file=path)
    for note in now.notes:
        click.echo(f"voice-skill: {note}", err=True)
    if as_json:
        click.echo(json.dumps(_object(path, now), ensure_ascii=False))
    elif sys.stdout.isatty():
        _show_table(path, now)
    else:
        click.echo("\n".join(_toml(path, now)))


def _object(path: Path, now: settings.Settings) -> dict[str, object]:
    table = {key: {"value": getattr(now, key), "source": now.sources[key]} for key in settings.SETTINGS}
    return {"file": str(path), "exists": path.is_file(), "settings": table}


def _toml(path: Path, now: settings.Settings) -> list[str]:
    """Lines that a ``config.toml`` may hold; what has no value is a comment."""
    lines = [f"# {path}" + ("" if path.is_file() else " (not written yet)")]
    for setting in settings.SETTINGS.values():
        value = getattr(now, setting.key)
        line = f"# {setting.key} is not set" if value is None else f"{setting.key} = {_literal(value)}"
        lines.append(f"{line:<36} # {setting.says} [{now.sources[setting.key]}]")
    return lines


def _literal(value: object) -> str:
    """A number, switch or printable text looks the same in TOML and in JSON."""
    return json.dumps(value, ensure_ascii=False)


def _show_table(path: Path, now: settings.Settings) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("setting", "value", "from", "what it is", title=Text(str(path)), title_justify="left", box=None)
    for key, setting in settings.SETTINGS.items():
        value = getattr(now, key)
        cells = (key, "-" if value is None else _literal(value), now.sources[key], setting.says)
        table.add_row(*(Text(cell) for cell in cells), style="dim" if now.sources[key] == settings.DEFAULT else None)
    Console().print(table)
