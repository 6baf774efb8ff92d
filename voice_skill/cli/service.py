"""``voice-skill service``: start with the machine."""

import os

import click

from voice_skill import service
from voice_skill.cli.common import tell

EXTRA = {"ignore_unknown_options": True}
"""What ``listen`` takes is not known here."""


@click.group("service")
def command() -> None:
    """Start with the machine: a systemd service of your own, without root."""


@command.command("install", context_settings=EXTRA)
@click.option("--dry-run", is_flag=True, help="Print the unit; change nothing.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF LISTEN]...")
def install(dry_run: bool, arguments: tuple[str, ...]) -> int:
    """Write the unit, start it, and start it with the machine.

    Options of 'voice-skill listen' go along, as in: voice-skill service install --always --light 17
    """
    check_options(arguments)
    if dry_run:
        click.echo(service.unit(arguments, os.environ, service.systemd_version()), nl=False)
        tell(f"it would be written to {service.unit_file()}, started now and with the machine")
        return 0
    for line in service.install(arguments):
        tell(line)
    return 0


@command.command("status")
def status() -> int:
    """Say how it is. Exit status 1 when it does not run."""
    state = service.status()
    click.echo(state.says)
    return 0 if state.running else 1


@command.command("remove")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
def remove(dry_run: bool) -> int:
    """Stop it and take the unit away."""
    if dry_run:
        tell(f"it would be stopped, and {service.unit_file()} removed")
        return 0
    for line in service.remove():
        tell(line)
    return 0


def check_options(arguments: tuple[str, ...]) -> None:
    """``click.UsageError`` when ``listen`` would not take them: better here than at every start of the machine."""
    from voice_skill.cli.listen import command as listen

    listen.make_context("voice-skill listen", list(arguments)).close()
