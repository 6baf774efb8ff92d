"""``voice-skill content``: is what the skill says as it should be."""

import datetime
import json
from pathlib import Path

import click

from voice_skill import content_check
from voice_skill.cli.common import unknown_words
from voice_skill.content import Fault
from voice_skill.hear.models import starter
from voice_skill.paths import shipped


@click.group("content")
def command() -> None:
    """Check the answers, and the words that lead to them."""


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="A JSON list of the faults: file, line, says.")
def check(folder: Path | None, as_json: bool) -> int:
    """Report every fault of FOLDER at once, file and line first. FOLDER is the shipped responses/ unless named.

    Words that the starter speech model can never hear are faults too: models/recipe/README.md tells how to teach it.
    Exit status 1 when there is a fault. responses/README.md explains what is checked and why.
    """
    grade = content_check.reading_grade()
    if grade is None:
        click.echo("Reading grades are not checked. To check them: pip install 'textstat<0.7.9'", err=True)
    folder = folder or shipped("responses")
    faults = content_check.check(folder, datetime.date.today(), grade)
    faults += [Fault(word.file, word.line, word.says) for word in unknown_words(starter(), folder)]
    if as_json:
        objects = [{"file": fault.file, "line": fault.line, "says": fault.says} for fault in faults]
        click.echo(json.dumps(objects, ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(str(fault))
    click.echo(f"{len(faults)} to mend." if faults else "No faults.", err=True)
    return 1 if faults else 0
