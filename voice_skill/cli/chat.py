"""``voice-skill chat``: the conversation, typed. An empty line is silence."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

import click

from voice_skill.answer import conversation
from voice_skill.assistant import Seconds, Turn
from voice_skill.cli.common import load_content, load_settings, tell_of_place
from voice_skill.cli.show import as_object
from voice_skill.content import Content
from voice_skill.messages import Level, Reply, Transcript
from voice_skill.paths import cache_folder, encodable, shipped
from voice_skill.prepared import Shelf
from voice_skill.settings import Settings
from voice_skill.understand import Understander

PROMPT = "> "


@click.command("chat")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each line.")
@click.option("--place", help="Where you are, such as GB: sets the emergency number.")
def command(as_json: bool, place: str | None) -> int:
    """Hold a conversation by typing, with the safety questions. It needs no microphone and no speech model.

    An empty line is silence; the end of the input ends the talk. With --json each line of input gives one line of
    output: the fields of 'ask --json', and "done", which is true when the talk is over; a line after that begins a
    new talk, which knows nothing of the one before. Only an emergency goes on until you say "start over".
    """
    chat = make_chat(load_settings({"place": place}))
    if as_json:
        for line in _lines(prompt=False):
            turn = chat.turn(line)
            _print_object(turn)
            if turn.reply.done and turn.reply.level is not Level.EMERGENCY:
                chat.begin()
    else:
        _talk(chat)
    return 0


def make_chat(now: Settings) -> "Chat":
    """The conversation that the settings ask for, out of what an earlier start left in the cache if there is any."""
    shelf = Shelf(shipped("responses"), cache_folder() if now.cache_mb else None)
    kept = shelf.load()
    if kept is None:
        content = load_content(now.place)
        return Chat(content, shelf.make(content), now.place)
    tell_of_place(kept[0], now.place)
    return Chat(*kept, now.place)


class Chat:
    """A conversation and its state."""

    def __init__(self, content: Content, understander: Understander, place: str) -> None:
        self._content = content
        self._understander = understander
        self._place = place
        self.begin()

    def begin(self) -> None:
        """A new conversation; the one before is forgotten."""
        self._state = conversation.start(self._content, self._place, session=True)

    def greet(self) -> Reply:
        """The first words, before anything was said."""
        reply, self._state = conversation.greet(self._content, self._state)
        return reply

    def turn(self, line: str) -> Turn:
        """What is said to ``line``; an empty one is silence."""
        began = time.perf_counter()
        heard = self._understander.understand(Transcript(" ".join(encodable(line).split())), self._state.asks)
        understood = time.perf_counter()
        reply, self._state = conversation.turn(self._content, self._state, heard)
        seconds = Seconds(understand=understood - began, answer=time.perf_counter() - understood)
        return Turn("text", heard, reply, seconds, model=None)


def _talk(chat: Chat) -> None:
    """To and fro until one side ends it. On a screen the parts of a result follow at once."""
    _print_reply(chat.greet())
    for line in _lines(prompt=sys.stdin.isatty()):
        reply = chat.turn(line).reply
        _print_reply(reply)
        while reply.goes_on:
            reply = chat.turn("").reply
            _print_reply(reply)
        if reply.done:
            return


def _lines(prompt: bool) -> Iterator[str]:
    """What is typed, line by line, as it comes."""
    while True:
        if prompt:
            click.echo(PROMPT, nl=False)
        line = sys.stdin.readline()
        if not line:
            return
        yield line


def _print_object(turn: Turn) -> None:
    fields = as_object(turn, {**asdict(turn.seconds), "speak": 0.0}, [])
    click.echo(json.dumps({**fields, "done": turn.reply.done}, ensure_ascii=False))
    sys.stdout.flush()


def _print_reply(reply: Reply) -> None:
    click.echo("\n".join(reply.sentences) + "\n")
    sys.stdout.flush()
