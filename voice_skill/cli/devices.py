"""``voice-skill devices``: microphones and loudspeakers, those that would be used, and how the microphone sounds."""

import json
from dataclasses import asdict

import click

from voice_skill.cli.common import load_settings, tell
from voice_skill.errors import AudioDeviceError
from voice_skill.settings import Settings
from voice_skill.sound_devices import NAMES, Device, Kind, choose, devices

TEST_SECONDS = 2.0


@click.command("devices")
@click.option("--test", is_flag=True, help="Record two seconds and say how they sound.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--input-device", help="Microphone: a part of its name, or its number.")
@click.option("--output-device", help="Loudspeaker: a part of its name, or its number.")
def command(test: bool, as_json: bool, **options: object) -> int:
    """List microphones and loudspeakers; > marks those that would be used.

    Exit status 1 when one is missing, or the test finds fault with the microphone.
    """
    now = load_settings(options)
    listed = devices()
    chosen, faults = _chosen(now)
    report: dict[str, object] = {"devices": [asdict(device) for device in listed]}
    report |= {NAMES[kind]: device.number for kind, device in chosen.items()}
    if not as_json:
        for device in listed:
            click.echo(_line(device, [kind for kind, one in chosen.items() if one == device]))
    if test and "input" in chosen:
        level, fault = _measured(now)
        report["test"] = level
        faults += [fault] if fault else []
        if not as_json:
            click.echo("  ".join(f"{name} {value:.0f} dB" for name, value in level.items() if name != "clipped"))
            click.echo(f"clipped {level['clipped']:.1%}")
    if as_json:
        click.echo(json.dumps({**report, "faults": faults}, ensure_ascii=False))
    for fault in faults if not as_json else ():
        tell(fault)
    return 1 if faults else 0


def _chosen(now: Settings) -> tuple[dict[Kind, Device], list[str]]:
    """What would be used, and what is missing."""
    chosen: dict[Kind, Device] = {}
    faults = []
    wanted: dict[Kind, str | None] = {"input": now.input_device, "output": now.output_device}
    for kind, name in wanted.items():
        try:
            chosen[kind] = choose(name, kind)
        except AudioDeviceError as error:
            faults.append(str(error))
    return chosen, faults


def _line(device: Device, used: list[Kind]) -> str:
    mark = ">" if used else " "
    what = [f"{NAMES[kind]}{' (used)' if kind in used else ''}" for kind in NAMES if device.does(kind)]
    return f"{mark} {device.number:3}  {device.name}  {device.rate} Hz  {', '.join(what)}"


def _measured(now: Settings) -> tuple[dict[str, float], str | None]:
    from voice_skill.hear.level import measure
    from voice_skill.hear.microphone import record

    tell(f"recording for {TEST_SECONDS:g} seconds: please speak")
    level = measure(record(TEST_SECONDS, now.input_device))
    fault = f"the microphone: {level.fault}" if level.fault else None
    return {key: round(value, 4) for key, value in asdict(level).items()}, fault
