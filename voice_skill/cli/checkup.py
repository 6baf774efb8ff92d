"""``voice-skill checkup``: what is missing on this machine, and the line that mends it."""

import json

import click

from voice_skill.cli.common import load_settings
from voice_skill.content import shipped_content
from voice_skill.errors import VoiceSkillError
from voice_skill.settings import Settings


@click.command("checkup")
@click.option("--aloud", is_flag=True, help="Say the result too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@click.option("--input-device", help="Microphone: a part of its name, or its number.")
@click.option("--output-device", help="Loudspeaker: a part of its name, or its number.")
@click.option("--place", help="Where you are, such as GB.")
@click.option("--model", help="Speech model: a name from 'models list' or a folder.")
def command(aloud: bool, as_json: bool, **options: object) -> int:
    """Look at the microphone, loudspeaker, voice, speech model, memory and settings.

    It says a sentence and hears it. Exit status 1 when something is to be mended.
    """
    from voice_skill.checkup import checkup

    now = load_settings(options)
    good = True
    for finding in checkup(now):
        good = good and finding.good
        if as_json:
            fields = {"name": finding.name, "good": finding.good, "says": finding.says, "cure": finding.cure}
            click.echo(json.dumps(fields, ensure_ascii=False))
            continue
        click.echo(f"{'ok  ' if finding.good else 'MEND'}  {finding.name}: {finding.says}")
        if finding.cure:
            click.echo(f"      {finding.cure}")
    if aloud:
        _say(now, "check_good" if good else "check_bad")
    return 0 if good else 1


def _say(now: Settings, name: str) -> None:
    """The result in a sentence; a missing loudspeaker was told of already."""
    from voice_skill.speak.playback import Player
    from voice_skill.speak.synthesis import Voice

    try:
        voice = Voice(now.rate, now.voice, now.volume)
        Player(now.output_device).play(map(voice.synthesise, shipped_content().listening.said[name]))
    except VoiceSkillError as error:
        click.echo(f"voice-skill: not said aloud: {error}", err=True)
