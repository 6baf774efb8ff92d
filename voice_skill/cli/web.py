"""``voice-skill web``: the skill as a page for a browser."""

import importlib.util
import secrets
from pathlib import Path
from typing import Any

import click

from voice_skill.cli.common import load_settings, model_finder, tell, tell_of_place
from voice_skill.errors import UsageError


@click.command("web")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--token", help="Token that is asked for; away from loopback one is made up otherwise.")
@click.option("--certificate", type=click.Path(path_type=Path), help="Certificate for https, PEM.")
@click.option("--key", type=click.Path(path_type=Path), help="Key of the certificate, PEM.")
@click.option("--place", help="Where you are, such as GB: sets the emergency number.")
@click.option("--model", help="Speech model: a name from 'models list' or a folder.")
@click.option("--rate", type=int, help="Speed of the voice in words a minute.")
@click.option("--voice", help="Voice of espeak-ng, such as en-us+f3.")
def command(
    host: str, port: int, token: str | None, certificate: Path | None, key: Path | None, **flags: object
) -> int:
    """Serve one page to talk to, until it is stopped.

    Only this machine can open it unless --host says otherwise. Browsers give the microphone only to https pages of
    other machines: use --certificate and --key for a phone, or type.
    """
    if importlib.util.find_spec("starlette") is None or importlib.util.find_spec("uvicorn") is None:
        raise UsageError("the page's server is not installed. Run: pip install 'voice-skill[web]'")
    from voice_skill.bridges.sessions import Sessions
    from voice_skill.bridges.skill import Skill
    from voice_skill.bridges.web.app import Web
    from voice_skill.bridges.web.guard import Guard
    from voice_skill.bridges.web.server import LOOPBACK, Where, is_loopback, serve

    local = is_loopback(host)
    if not local and not token:
        token = secrets.token_urlsafe(16)
    now = load_settings(flags)
    skill = Skill(now, lambda: model_finder(now))
    tell_of_place(skill.content, now.place)
    _ = skill.hearing.recogniser  # a model that cannot be used is told of before anybody asks
    skill.voice.prepare()
    web = Web(skill, Sessions(skill), describe)
    guard = Guard(web.app(), LOOPBACK | {host} if local else frozenset(), token)
    serve(guard, Where(host, port, certificate, key), lambda address: _ready(address, local, token))
    return 0


def describe(turn: Any) -> dict[str, Any]:
    """A turn as ``ask --json`` prints it; what is spoken is asked for on its own."""
    from dataclasses import asdict

    from voice_skill.cli.show import as_object

    return as_object(turn, {**asdict(turn.seconds), "speak": 0.0}, [])


def _ready(address: str, local: bool, token: str | None) -> None:
    who = "this machine only" if local else "anyone in your network who has this address"
    tell(f"open {address}{f'#token={token}' if token else ''} ({who})")
