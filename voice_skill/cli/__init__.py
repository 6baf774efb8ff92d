"""The command line, a file a command. Only this room prints and exits: results to stdout, talk to stderr."""

import importlib
import io
import os
import signal
import sys
from typing import Any

import click

from voice_skill import __version__
from voice_skill.cli.interrupts import held
from voice_skill.errors import ContentError, UsageError, VoiceSkillError
from voice_skill.paths import printable

# numpy's linear algebra starts a thread a core when it is imported. Nothing here is large enough to need one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

STDERR = 2

COMMANDS = {
    "ask": "Answer recorded or typed questions.",
    "chat": "Hold a conversation by typing.",
    "listen": "Talk hands-free.",
    "service": "Start with the machine, or no longer.",
    "devices": "List microphones and loudspeakers, and test them.",
    "serve": "Serve Home Assistant, by the Wyoming protocol.",
    "web": "Serve a page to talk to in a browser.",
    "checkup": "Say what is missing on this machine, and how to mend it.",
    "models": "List, fetch, add and remove speech models.",
    "content": "Check what the skill says.",
    "evaluate": "Measure how well labelled questions are answered.",
    "config": "Show each setting and where it came from.",
}
"""Each is ``command`` in the module of its name, imported only when it is called: ``--help`` stays quick."""


class LazyGroup(click.Group):
    """Imports a command when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with held():
            command: Any = importlib.import_module(f"voice_skill.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="voice-skill")
def program() -> None:
    """Ask about upper back pain aloud, offline. General information, not a medical device."""


def quiet_libraries() -> None:
    """Leave the terminal to Python for the rest of this process.

    The libraries for recognition, MP3 and sound devices write notes of their own to it whenever something is wrong
    with a file, and nothing else stops them. What is wrong is told in our words.
    """
    try:
        terminal = os.dup(STDERR)
    except OSError:  # there is none
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDERR)
    os.close(nowhere)
    sys.stderr = open(terminal, "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")  # noqa: PTH123, SIM115


def _tell(line: str) -> None:
    click.echo(f"voice-skill: {printable(line)}", err=True)


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit status: 0 done, 1 a fault, 2 wrong usage, 3 heard but not understood."""
    # A letter that the terminal cannot show is no reason to say nothing.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        # Whoever pressed Ctrl-C meanwhile is heard here.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        status = program.main(args=argv, prog_name="voice-skill", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        asked = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "voice-skill"
        _tell(f"{error.format_message().rstrip('.')}. Run: {asked} --help")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except VoiceSkillError as error:
        for line in str(error).splitlines() if isinstance(error, ContentError) else [str(error)]:
            _tell(line)
        return 2 if isinstance(error, UsageError) else 1
    except BrokenPipeError:
        # Whoever read the results has gone; Python must not try to write the rest of them when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status if isinstance(status, int) else 0
