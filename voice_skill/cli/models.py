"""``voice-skill models``: see, fetch, add and remove speech models."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Self

import click

from voice_skill.cli.common import load_settings, model_finder, tell
from voice_skill.errors import ModelError, UsageError
from voice_skill.hear import shelf, unpacking
from voice_skill.hear.manifest import ModelInfo, load_manifest
from voice_skill.hear.models import FoundModel, fetched_folder, folders_in, models_in_order, places
from voice_skill.paths import shipped

INTERRUPTED = 130
"""Exit status of a command that was stopped from the keyboard, as shells have it."""


@click.group("models")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="A list of models of your own instead of the one that comes with the program.",
)
@click.pass_context
def command(context: click.Context, manifest: Path | None) -> None:
    """See, fetch, add and remove speech models. Only 'fetch' uses the network."""
    context.obj = load_manifest(manifest)


known_models = click.make_pass_decorator(dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A model as ``list`` shows it."""

    name: str
    in_use: bool
    origin: str | None
    """How it was found on this machine; ``None`` when it is only known."""
    folder: str | None
    bytes: int
    """On this machine what its files take, else the size of its zip."""
    percent: int | None
    """How much of the zip came before a fetch was stopped."""
    licence: str | None
    says: str | None
    quirks: tuple[str, ...]
    url: str | None


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@known_models
def list_models(known: dict[str, ModelInfo], as_json: bool) -> int:
    """Show the models that are known or here, and which one is used."""
    used, fault = None, None
    try:
        used = model_finder(load_settings({}))
    except ModelError as error:
        fault = str(error)
        tell(fault)
    rows = list(_rows(known, used))
    if as_json:
        in_use = {"name": used.name, "folder": str(used.folder), "origin": used.origin} if used else None
        click.echo(json.dumps({"in_use": in_use, "models": [asdict(row) for row in rows]}, ensure_ascii=False))
    elif sys.stdout.isatty():
        _show_table(rows, used)
    else:
        click.echo("\n".join("\t".join(_cells(row)) for row in rows))
    return 1 if fault else 0


def _rows(known: Mapping[str, ModelInfo], used: FoundModel | None) -> Iterator[Row]:
    """The model in use first, then those on this machine in their order, then those that could be fetched."""
    # Of those that were added, also the ones whose name does not say that they are English.
    added = [FoundModel(folder.name, folder, "fetched") for folder in folders_in(fetched_folder())]
    here = {found.folder: found for found in [*([used] if used else []), *added, *models_in_order(places())]}
    for found in here.values():
        yield _row(found.name, known.get(found.name), found, used is not None and found.folder == used.folder)
    for name in [name for name in known if name not in {found.name for found in here.values()}]:
        yield _row(name, known[name], None, in_use=False)


def _row(name: str, info: ModelInfo | None, found: FoundModel | None, in_use: bool) -> Row:
    part = shelf.size_of(shelf.part_of(name, fetched_folder()))
    return Row(
        name=name,
        in_use=in_use,
        origin=found.origin if found else None,
        folder=str(found.folder) if found else None,
        bytes=shelf.size_of(found.folder) if found else info.bytes if info else 0,
        percent=100 * part // info.bytes if info and info.bytes and part else None,
        licence=info.licence if info else None,
        says=info.says if info else None,
        quirks=info.quirks if info else (),
        url=info.url or None if info else None,
    )


def _cells(row: Row) -> tuple[str, ...]:
    state = row.origin or (f"{row.percent} % fetched" if row.percent is not None else "not fetched")
    mark = "in use" if row.in_use else ""
    return mark, row.name, state, shelf.megabytes(row.bytes), row.licence or "unknown", row.says or "not verified"


def _show_table(rows: list[Row], used: FoundModel | None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "model", "where", "size", "licence", box=None, pad_edge=False)
    for row in rows:
        *texts, says = _cells(row)
        cells = [Text(text, style="bold" if row.in_use else "") for text in texts]
        cells[1].append(
            f"\n{says}", style="not bold dim"
        )  # below the name: a sixth column is too much for 80 characters
        table.add_row(*cells)
    console = Console()
    console.print(table)
    if used:
        console.print(Text(f"\nIn use: {used.folder} ({used.origin})"), soft_wrap=True)


@command.command()
@click.argument("name", required=False)
@click.option("--url", help="Another place to get it from: the folder of a mirror, or the zip itself.")
@known_models
def fetch(known: dict[str, ModelInfo], name: str | None, url: str | None) -> int:
    """Download the model NAME, by default the recommended one, and check it.

    A download that was stopped goes on where it was.
    """
    from voice_skill.hear import fetching

    info = _chosen(known, name)
    folder = fetched_folder()
    if shelf.is_whole(folder / info.name):
        click.echo(folder / info.name)
        tell(f"{info.name} is there already")
        return 0
    if url and not url.endswith(".zip"):
        url = f"{url.rstrip('/')}/{info.name}.zip"
    tell(f"fetching {info.name} ({shelf.megabytes(info.bytes)}) from {url or info.url}")
    with _Show() as show:
        target = fetching.fetch(info, folder, url, show)
    _announce(target)
    return 0


def _chosen(known: Mapping[str, ModelInfo], name: str | None) -> ModelInfo:
    if name is None:
        name = next((info.name for info in known.values() if info.recommended), None)
        if name is None:
            raise UsageError("the manifest recommends no model: give the name of one")
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "see: voice-skill models list"
        raise UsageError(f"no model is called {name!r}; {hint}")
    if known[name].bundled:
        raise UsageError(f"{name} comes with the program: there is nothing to fetch")
    return known[name]


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@known_models
def add(known: dict[str, ModelInfo], file: Path) -> int:
    """Unpack the model in FILE, a zip that is on this machine already, and check it."""
    with _Show() as show:
        target, verified = unpacking.add(file, fetched_folder(), known, show)
    if not verified:
        tell(f"{target.name} is not a known model: where it comes from was not verified")
    _announce(target)
    return 0


def _announce(target: Path) -> None:
    """Say where a new model is, and how to come to use it where that is not by itself."""
    click.echo(target)
    try:
        used = model_finder(load_settings({}))
    except ModelError as error:
        tell(str(error))
        return
    if used.folder == target:
        tell(f"{target.name} is in use from now on")
    else:
        tell(f"{used.name} stays in use ({used.origin}); for the new one give --model {target.name}")


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@known_models
def remove(known: dict[str, ModelInfo], name: str, yes: bool) -> int:
    """Delete the model NAME that was fetched or added."""
    folder = fetched_folder()
    if name in known and known[name].bundled and not (folder / name).exists():
        raise UsageError(f"{name} comes with the program and stays")
    shelf.check_removable(name, folder)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("there is nobody to ask: add --yes to delete it")
        click.confirm(f"Delete {folder / name}?", abort=True, err=True)
    shelf.remove(name, folder)
    tell(f"removed {name}")
    return 0


@command.command()
@click.argument("model", required=False)
@click.option("--json", "as_json", is_flag=True, help="A JSON list: word, file, line, nearest.")
def vocabulary(model: str | None, as_json: bool) -> int:
    """Name the words of responses/ that the speech model MODEL does not know, and so can never hear.

    MODEL is a name or a folder; the model in use unless named. Exit status 1 when there are any.
    """
    from voice_skill.cli.common import unknown_words

    found = unknown_words(model_finder(load_settings({"model": model})), shipped("responses"))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            click.echo(str(one))
    tell(
        f"{len(found)} unknown. Say it in other words, or see models/recipe/README.md" if found else "it knows them all"
    )
    return 1 if found else 0


class _Show(shelf.Watcher):
    """A bar on a terminal, else nothing but the notes; one line when it is stopped from the keyboard."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description:9}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("", visible=False)
        self._where = ""

    def progress(self, what: str, done: int, total: int) -> None:
        self._bar.update(self._task, description=what, completed=done, total=total, visible=True)
        self._where = f" at {100 * done // total} %" if what == "fetching" else f" while {what}"

    def note(self, text: str) -> None:
        self._bar.console.print(f"voice-skill: {text}", markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._bar.stop()
        if kind is KeyboardInterrupt:
            click.echo(f"Stopped{self._where}. Run the same command again to go on.", err=True)
            raise click.exceptions.Exit(INTERRUPTED)
