"""What is there, what would be used, and what is wrong with it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from room import Room

from voice_skill.checkup import memory, processor
from voice_skill.hear.level import measure

LOUD = (np.sin(np.arange(32_000) / 7) * 8000).astype(np.int16)


def run(room: Room, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voice_skill", *arguments]
    return subprocess.run(
        command, env={**os.environ, **room.environ, **environ}, capture_output=True, text=True, check=False
    )


def test_devices_are_listed_and_those_used_are_marked(room: Room) -> None:
    done = run(room, "devices")
    assert done.returncode == 0, done.stderr
    marked = [line for line in done.stdout.splitlines() if line.startswith(">")]
    assert any("mic_side" in line and "microphone (used)" in line for line in marked)
    assert any("speaker_side" in line and "loudspeaker (used)" in line for line in marked)


def test_a_device_that_is_not_there_is_told_with_those_that_are(room: Room) -> None:
    done = run(room, "devices", "--input-device", "no such thing")
    assert done.returncode == 1
    assert "mic_side" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_silent_microphone_is_told(room: Room) -> None:
    done = run(room, "devices", "--test", "--json")
    report = json.loads(done.stdout)
    assert report["faults"] == ["the microphone: it gives no sound at all. Is it muted, or switched off?"]
    assert done.returncode == 1


def test_checkup_hears_itself_through_both_devices(room: Room) -> None:
    with room.echo(0.5):
        hiss = (np.random.default_rng(1).standard_normal(20 * 16_000) * 20).astype(np.int16)
        room.mic_side.speak(hiss, 16_000, wait=False)
        done = run(room, "checkup", "--json", VOICE_SKILL_PLACE="GB")
    found = {finding["name"]: finding for finding in map(json.loads, done.stdout.splitlines())}
    assert {name for name, finding in found.items() if not finding["good"]} <= {"temperature", "power"}, found
    assert "walking" in found["loop"]["says"]


def test_checkup_without_devices_names_each_cure(tmp_path: Path) -> None:
    environ = {"PULSE_SERVER": f"unix:{tmp_path}/none", "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "voice_skill", "checkup", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert {"place", "microphone"} <= {finding["name"] for finding in found if not finding["good"]}
    assert all(finding["cure"] for finding in found if not finding["good"])


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (np.zeros(32_000, np.int16), "no sound at all"),
        (np.clip(LOUD * 5.0, -32768, 32767).astype(np.int16), "too loud"),
        ((np.random.default_rng(3).standard_normal(32_000) * 1000).astype(np.int16), "noise"),
    ],
    ids=["silent", "clipped", "noisy"],
)
def test_faults_of_a_microphone(samples: np.ndarray, says: str) -> None:
    fault = measure(samples).fault
    assert fault is not None
    assert says in fault


def test_speech_in_a_quiet_room_has_no_fault() -> None:
    quiet = (np.random.default_rng(4).standard_normal(32_000) * 20).astype(np.int16)
    assert measure(np.concatenate([quiet, LOUD])).fault is None


@given(st.lists(st.integers(-32768, 32767), max_size=2000))
def test_any_sound_can_be_measured(values: list[int]) -> None:
    level = measure(np.array(values, np.int16))
    assert level.peak <= 0.1
    assert 0 <= level.clipped <= 1


def test_heat_and_memory_are_read_where_the_system_tells(tmp_path: Path) -> None:
    zone = tmp_path / "thermal_zone0"
    zone.mkdir()
    (zone / "temp").write_text("81234\n")
    [hot] = [finding for finding in processor(tmp_path) if finding.name == "temperature"]
    assert hot.says.startswith("81 degrees")
    assert hot.cure
    table = tmp_path / "meminfo"
    table.write_text("MemTotal: 500000 kB\nMemAvailable: 90000 kB\n")
    assert memory(table).cure
    assert memory(tmp_path / "none").good
