"""``voice-skill ask``: recordings or typed questions in, spoken answers out."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from voice_skill.assistant import Assistant, Turn
from voice_skill.cli.common import load_content, load_settings, model_finder, tell
from voice_skill.cli.show import as_object, show
from voice_skill.errors import UsageError, VoiceSkillError
from voice_skill.hear.recording import find_recordings
from voice_skill.settings import Settings
from voice_skill.speak.aloud import Aloud

DONE, FAULT, NOT_UNDERSTOOD = 0, 1, 3
"""Exit statuses, besides 2 for wrong usage."""


@click.command("ask")
@click.argument("files", nargs=-1, metavar="[FILE | FOLDER | -]...")
@click.option("--text", multiple=True, help="A typed question; - reads one a line from standard input.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the spoken answers to a WAV file.")
@click.option("--no-speech", is_flag=True, help="Do not speak.")
@click.option("--place", help="Where you are, such as GB: sets the emergency number.")
@click.option("--model", help="Speech model: a name from 'models list' or a folder.")
@click.option("--rate", type=int, help="Speed of the voice in words a minute.")
@click.option("--voice", help="Voice of espeak-ng, such as en-us+f3.")
@click.option("--volume", type=float, help="Loudness of the voice, 0 to 1.")
@click.option("--explain", is_flag=True, help="Show the five nearest phrases with their scores.")
@click.option("--session", is_flag=True, help="Treat all questions as one conversation.")
def command(files: tuple[str, ...], text: tuple[str, ...], as_json: bool, **options: object) -> int:
    """Answer recorded questions (any audio file, a folder of them, or - for standard input).

    Exit status: 0 answered, 1 something could not be read, 2 wrong usage, 3 heard but not understood.
    """
    if not files and not text:
        raise UsageError("nothing to answer. Give a recording, as in: voice-skill ask question.wav")
    flags = {key: options[key] for key in ("place", "model", "rate", "voice", "volume")}
    now = load_settings({**flags, "speech": False if options["no_speech"] else None})
    assistant = Assistant(load_content(now.place), lambda: model_finder(now), now.place, 60 * now.max_minutes)
    with_pauses = not options["session"]
    out = options["out"]
    assert out is None or isinstance(out, Path)
    aloud = make_aloud(now, out)
    asked = Asked(assistant, aloud, as_json, bool(options["explain"]), with_pauses)
    try:
        for job in jobs(assistant, files, text):
            asked.answer(job)
    finally:
        aloud.close()
    return asked.status


def make_aloud(now: Settings, out: Path | None) -> Aloud:
    """The voice that the settings ask for, to the loudspeaker and to ``out``."""
    from voice_skill.paths import cache_folder
    from voice_skill.speak.synthesis import Voice

    def voice() -> Voice:
        cache = cache_folder() / "speech" if now.cache_mb else None
        return Voice(now.rate, now.voice, now.volume, cache, now.cache_mb)

    return Aloud(voice, now.output_device, out, loudspeaker=now.speech, tell=tell)


Job = tuple[str, Callable[[], Iterator[Turn]]]
"""What was asked to be answered, and how to get its turns."""


def jobs(assistant: Assistant, files: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[Job]:
    """Every file, the files of every folder, and every text, in the order given."""
    for name in files:
        if name == "-":
            yield "-", lambda: assistant.ask_recording(sys.stdin.buffer, "standard input")
            continue
        path = Path(name)
        if not path.is_dir():
            yield name, lambda path=path: assistant.ask_recording(path, str(path))  # type: ignore[misc]
            continue
        yield from _folder(assistant, path)
    for text in texts:
        lines = sys.stdin if text == "-" else [text]
        for line in lines:
            if line.strip() or text != "-":
                yield "text", lambda line=line: iter([assistant.ask_text(line)])  # type: ignore[misc]


def _folder(assistant: Assistant, folder: Path) -> Iterator[Job]:
    try:
        found = find_recordings(folder)
    except VoiceSkillError as error:
        fault = error

        def fail() -> Iterator[Turn]:
            raise fault

        yield str(folder), fail
        return
    for path in found:
        yield str(path), lambda path=path: assistant.ask_recording(path, str(path))  # type: ignore[misc]


class Asked:
    """Answers one job after the other, prints and speaks, and remembers how it went."""

    def __init__(self, assistant: Assistant, aloud: Aloud, as_json: bool, explain: bool, fresh: bool) -> None:
        self._assistant = assistant
        self._aloud = aloud
        self._as_json = as_json
        self._explain = explain
        self._fresh = fresh
        self.status = DONE

    def answer(self, job: Job) -> None:
        """All turns of one job; a fault is told and the next job can follow."""
        name, turns = job
        if self._fresh:
            self._assistant.start_over()
        try:
            for turn in turns():
                self._one(turn)
        except UsageError:
            raise
        except VoiceSkillError as error:
            self.status = FAULT
            if self._as_json:
                click.echo(json.dumps({"file": name, "error": str(error)}, ensure_ascii=False))
            else:
                tell(str(error))

    def _one(self, turn: Turn) -> None:
        if not turn.understood and self.status == DONE:
            self.status = NOT_UNDERSTOOD
        began = time.perf_counter()
        speeches = self._aloud.first(turn.reply.sentences)
        seconds = {**asdict(turn.seconds), "speak": time.perf_counter() - began}
        text = turn.understanding.transcript.text
        near = self._assistant.understander.nearest(text) if self._explain else []
        if self._as_json:
            click.echo(json.dumps(as_object(turn, seconds, near), ensure_ascii=False))
        else:
            show(turn, near)
        sys.stdout.flush()
        self._aloud.say(speeches)
