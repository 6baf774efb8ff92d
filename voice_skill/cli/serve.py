"""``voice-skill serve``: the skill for Home Assistant, by the Wyoming protocol."""

import asyncio
import importlib.util

import click

from voice_skill.cli.common import load_settings, tell, tell_of_place, working_model
from voice_skill.errors import UsageError


@click.command("serve")
@click.option("--uri", default="tcp://127.0.0.1:10400", show_default=True, help="Where to listen: tcp, unix or stdio.")
@click.option("--handle/--no-handle", default=True, help="Answer questions.")
@click.option("--asr/--no-asr", default=True, help="Turn speech into text.")
@click.option("--tts/--no-tts", default=True, help="Turn text into speech.")
@click.option("--place", help="Where you are, such as GB: sets the emergency number.")
@click.option("--model", help="Speech model: a name from 'models list' or a folder.")
@click.option("--rate", type=int, help="Speed of the voice in words a minute.")
@click.option("--voice", help="Voice of espeak-ng, such as en-us+f3.")
def command(uri: str, handle: bool, asr: bool, tts: bool, **flags: object) -> int:
    """Serve Home Assistant and other programs that speak the Wyoming protocol, until it is stopped.

    Only programs on this machine can connect unless --uri says otherwise, as in tcp://0.0.0.0:10400.
    """
    if importlib.util.find_spec("wyoming") is None:
        raise UsageError("the Wyoming protocol is not installed. Run: pip install 'voice-skill[wyoming]'")
    if not (handle or asr or tts):
        raise UsageError("nothing to serve: leave one of --handle, --asr and --tts on")
    from voice_skill.bridges.sessions import Sessions
    from voice_skill.bridges.skill import Skill
    from voice_skill.bridges.wyoming.about import info
    from voice_skill.bridges.wyoming.server import Address, Server
    from voice_skill.bridges.wyoming.service import Service

    address = Address.parse(uri)
    now = load_settings(flags)
    skill = Skill(now, lambda: working_model(now))
    tell_of_place(skill.content, now.place)
    if asr:
        _ = skill.hearing.recogniser  # a model that cannot be used is told of before anybody connects
    if tts:
        skill.voice.prepare()
    service = Service(skill, Sessions(skill), info(skill, handle, asr, tts))

    async def run() -> None:
        await Server(service, address).run(lambda name: _ready(name, address.local))

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        tell("stopped")
    finally:
        service.pool.shutdown(wait=False, cancel_futures=True)
    return 0


def _ready(name: str, local: bool) -> None:
    who = "programs on this machine only" if local else "ANYONE in your network can connect: it has no passwords"
    tell(f"serving at {name} ({who})")
