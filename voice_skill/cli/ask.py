"""``voice-skill ask``: recordings or typed questions in, spoken answers out."""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_skill.cli.common import load_settings, tell, working_model
from voice_skill.cli.interrupts import held
from voice_skill.errors import RecordingError, UsageError, VoiceSkillError
from voice_skill.hear.hearing import Hearing
from voice_skill.paths import cache_folder, encodable, is_folder, is_same, printable, shipped
from voice_skill.settings import Settings

if TYPE_CHECKING:
    from voice_skill.assistant import Assistant, Turn
    from voice_skill.content import Content
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
def command(files: tuple[str, ...], text: tuple[str, ...], out: Path | None, **options: object) -> int:
    """Answer recorded questions (any audio file, a folder of them, or - for standard input).

    Exit status: 0 answered, 1 something could not be read, 2 wrong usage, 3 heard but not understood.
    """
    _check(files, text, out, bool(options["session"]))
    flags = {key: options[key] for key in ("place", "model", "rate", "voice", "volume")}
    now = load_settings({**flags, "speech": False if options["no_speech"] else None})
    with ExitStack() as ends:
        hearing = ends.enter_context(closing(Hearing(lambda: working_model(now), 60 * now.max_minutes)))
        # What is made here stays to the end; looking through it for garbage takes a tenth of the time.
        gc.disable()
        with held():
            _begin(hearing, files)
            assistant, content = make_assistant(now, hearing, bool(options["session"]))
        gc.freeze()
        gc.enable()
        aloud = ends.enter_context(closing(make_aloud(now, out))) if now.speech or out else None
        asked = Asked(assistant, content, aloud, bool(options["as_json"]), bool(options["explain"]))
        for job in jobs(assistant, files, text):
            if not options["session"]:
                assistant.start_over()
            asked.answer(job)
        return FAULT if aloud and aloud.unwritten else asked.status


def _begin(hearing: Hearing, files: tuple[str, ...]) -> None:
    """Hear the first file in threads of their own, from before most of the program is even imported."""
    if not files:
        return
    hearing.preload()
    if files[0] != "-" and not is_folder(Path(files[0])):
        hearing.begin(Path(files[0]))


def _check(files: tuple[str, ...], text: tuple[str, ...], out: Path | None, session: bool) -> None:
    if not files and not text:
        raise UsageError("nothing to answer. Give a recording, as in: voice-skill ask question.wav")
    if "" in files:
        raise UsageError("a file without a name was given. Give a recording, as in: voice-skill ask question.wav")
    if not session and not all(map(str.strip, text)):
        raise UsageError("--text: is empty. Type a question, as in: --text 'is upper back pain serious'")
    if out:
        _check_out(out, [Path(name) for name in files if name != "-"])


def _check_out(out: Path, files: list[Path]) -> None:
    """``UsageError`` when the answers would overwrite a question, or lie among them as one more."""
    for path in files:
        inside = _recordings_in(path) if is_folder(path) else []
        if any(is_same(out, each) for each in (path, *inside)):
            raise UsageError(f"--out {out}: is a question itself and would be overwritten. Give --out another name")
        if is_same(out.absolute().parent, path):
            raise UsageError(f"--out {out}: would be a question in {path} the next time. Give --out another folder")


def _recordings_in(folder: Path) -> list[Path]:
    from voice_skill.hear.recording import find_recordings

    try:
        return find_recordings(folder)
    except RecordingError:  # told of when it is its turn
        return []


def make_assistant(now: Settings, hearing: Hearing, session: bool = False) -> "tuple[Assistant, Content]":
    """The assistant that the settings ask for, out of what an earlier start left in the cache where there is any."""
    from voice_skill.assistant import Assistant
    from voice_skill.cli.common import load_content, tell_of_place
    from voice_skill.prepared import Shelf

    shelf = Shelf(shipped("responses"), cache_folder() if now.cache_mb else None)
    kept = shelf.load()
    if kept is None:
        content = load_content(now.place)
        return Assistant(content, hearing, now.place, shelf.make, session), content
    content, understander = kept
    tell_of_place(content, now.place)
    return Assistant(content, hearing, now.place, lambda _: understander, session), content


def make_aloud(now: Settings, out: Path | None) -> "Aloud":
    """The voice that the settings ask for, to the loudspeaker and to ``out``."""
    from voice_skill.small import speech_cache
    from voice_skill.speak.aloud import Aloud
    from voice_skill.speak.synthesis import Voice

    def voice() -> Voice:
        return Voice(now.rate, now.voice, now.volume, *speech_cache(now))

    return Aloud(voice, now.output_device, out, loudspeaker=now.speech, tell=tell)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to answer."""

    name: str
    """The file as it was named, ``-``, or ``text``."""
    turns: "Callable[[], Iterator[Turn]]"
    """Begins to answer it."""


def jobs(assistant: "Assistant", files: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[Job]:
    """Every file, the files of every folder, and every text, in the order given."""
    for name in files:
        if name == "-":
            yield Job("-", lambda: _standard_input(assistant))
        elif is_folder(Path(name)):
            yield from _folder(assistant, Path(name))
        else:
            yield _file(assistant, Path(name))
    for text in texts:
        for line in _typed_lines() if text == "-" else [text]:
            yield Job("text", lambda line=line: iter([assistant.ask_text(line)]))  # type: ignore[misc]


def _file(assistant: "Assistant", path: Path) -> Job:
    return Job(str(path), lambda: assistant.ask_recording(path, str(path)))


def _folder(assistant: "Assistant", folder: Path) -> Iterator[Job]:
    from voice_skill.hear.recording import find_recordings

    try:
        found = find_recordings(folder)
    except RecordingError as error:
        yield Job(str(folder), _failing(error))
        return
    yield from (_file(assistant, path) for path in found)


def _failing(error: VoiceSkillError) -> "Callable[[], Iterator[Turn]]":
    def fail() -> "Iterator[Turn]":
        raise error

    return fail


def _standard_input(assistant: "Assistant") -> "Iterator[Turn]":
    if sys.stdin is None:
        raise RecordingError("standard input: is closed. Pipe a recording into it, as in: cat question.wav | ...")
    return assistant.ask_recording(sys.stdin.buffer, "-")


def _typed_lines() -> Iterator[str]:
    """Questions of standard input that are not blank; bytes that are no text become question marks."""
    if sys.stdin is None:
        raise UsageError("--text -: standard input is closed. Pipe questions into it, one a line")
    nothing = True
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace")
        if text.strip():
            nothing = False
            yield text
    if nothing:
        raise UsageError("--text -: no question came. Pipe questions into standard input, one a line")


class Asked:
    """Answers one job after the other, prints and speaks, and remembers how it went."""

    def __init__(
        self, assistant: "Assistant", content: "Content", aloud: "Aloud | None", as_json: bool, explain: bool
    ) -> None:
        self._assistant = assistant
        self._content = content
        self._aloud = aloud
        self._as_json = as_json
        self._explain = explain
        self.status = DONE

    def answer(self, job: Job) -> None:
        """All turns of one job; a fault is told and the next job can follow."""
        try:
            for turn in job.turns():
                self._one(turn)
        except UsageError:
            raise
        except VoiceSkillError as error:
            self.status = FAULT
            if self._as_json:
                click.echo(
                    json.dumps({"file": encodable(job.name), "error": printable(str(error))}, ensure_ascii=False)
                )
            else:
                tell(str(error))
            sys.stdout.flush()

    def _one(self, turn: "Turn") -> None:
        from voice_skill.cli.show import as_object, show

        if not turn.understood and self.status == DONE:
            self.status = NOT_UNDERSTOOD
        began = time.perf_counter()
        delivery = turn.reply.delivery
        speeches = self._aloud.first(turn.reply.sentences, delivery) if self._aloud else ()
        seconds = {**asdict(turn.seconds), "speak": time.perf_counter() - began}
        text = turn.understanding.transcript.text
        near = self._assistant.understander.nearest(text) if self._explain else []
        if self._as_json:
            click.echo(json.dumps(as_object(turn, seconds, near), ensure_ascii=False))
        else:
            show(turn, near, self._content)
        sys.stdout.flush()
        if self._aloud:
            self._aloud.say(speeches)
