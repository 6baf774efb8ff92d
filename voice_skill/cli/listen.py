"""``voice-skill listen``: say the wake phrase, ask, hear the answer, go on talking."""

import contextlib
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_skill.cli.common import load_content, load_settings, working_model
from voice_skill.cli.live_display import Display, Events, Lit, Notices, make_display
from voice_skill.errors import UsageError

if TYPE_CHECKING:
    from voice_skill.live.assembly import Listener, Mode
    from voice_skill.settings import Settings

SETTINGS = (
    "place", "model", "rate", "voice", "volume", "input_device", "output_device", "wake", "follow_up", "silence",
)  # fmt: skip


@click.command("listen")
@click.option("--wake", help="Wake phrase, two or three words that the speech model knows.")
@click.option("--push", is_flag=True, help="Push to talk: space or Enter instead of a wake phrase.")
@click.option("--gpio", type=int, help="A button at this GPIO pin of a Raspberry Pi: push to talk; hold it to stop.")
@click.option("--light", type=int, help="A light at this GPIO pin shows what it does.")
@click.option("--always", is_flag=True, help="Listen at all times, without a wake phrase.")
@click.option("--events", is_flag=True, help="One JSON line a change of state on stdout.")
@click.option("--quiet", is_flag=True, help="Tell only what goes wrong: no word that was heard.")
@click.option("--keep-audio", type=click.Path(file_okay=False, path_type=Path), help="Keep each turn as a WAV file.")
@click.option("--no-earcons", is_flag=True, help="No short sounds.")
@click.option("--no-speech", is_flag=True, help="Answer on the screen only.")
@click.option("--input-device", help="Microphone: a part of its name, or its number.")
@click.option("--output-device", help="Loudspeaker: a part of its name, or its number.")
@click.option("--follow-up", type=float, help="Seconds it listens on after an answer.")
@click.option("--silence", type=float, help="Seconds of silence that end a turn.")
@click.option("--place", help="Where you are, such as GB: sets the emergency number.")
@click.option("--model", help="Speech model: a name from 'models list' or a folder.")
@click.option("--rate", type=int, help="Speed of the voice in words a minute.")
@click.option("--voice", help="Voice of espeak-ng, such as en-us+f3.")
@click.option("--volume", type=float, help="Loudness of the voice, 0 to 1.")
def command(push: bool, gpio: int | None, always: bool, keep_audio: Path | None, **options: object) -> int:
    """Talk hands-free, until Ctrl-C.

    Say the wake phrase ("hey back coach"), alone or with the question in the same breath. Say "stop" to interrupt.
    """
    if always and (push or gpio is not None):
        raise UsageError("choose one of --push, --gpio and --always")
    from voice_skill.live.assembly import Wishes, assemble

    flags = {key: options[key] for key in SETTINGS}
    flags |= {key: False if options[f"no_{key}"] else None for key in ("speech", "earcons")}
    now = load_settings(flags)
    mode: Mode = "always" if always else "push" if push or gpio is not None else "wake"
    content, model = load_content(now.place), working_model(now)
    display = _display(options)
    try:
        wishes = Wishes(mode, keep_audio, display.show, display.level)
        listener = assemble(now, content, model.folder, wishes)
        with contextlib.closing(listener), contextlib.suppress(KeyboardInterrupt), ended_by_sigterm():
            _listen(listener, now, mode, gpio)
    finally:
        display.close()
    return 0


def _display(options: Mapping[str, object]) -> Display:
    display: Display = Notices(sys.stderr) if options["quiet"] else make_display()
    if options["events"]:
        display = Events(sys.stdout, display)
    light = options["light"]
    return Lit(light, display) if isinstance(light, int) else display


def _listen(listener: "Listener", now: "Settings", mode: "Mode", gpio: int | None) -> None:
    from voice_skill import small
    from voice_skill.hear import microphone as microphones
    from voice_skill.live import buttons
    from voice_skill.live.gpio import button

    press, rest = listener.hands_free.press, listener.hands_free.rest
    block = small.BLOCK if small.is_small(now) else microphones.BLOCK
    with contextlib.ExitStack() as stack:
        if mode == "push":
            stack.enter_context(button(gpio, press, rest) if gpio is not None else buttons.keyboard(press))
        microphone = stack.enter_context(microphones.Microphone(now.input_device, block=block))
        listener.run(microphone)


@contextlib.contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
