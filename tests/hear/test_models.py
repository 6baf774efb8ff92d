"""Which model is used."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import MODEL, MODEL_FILES, write_model

from voice_skill.errors import ModelError
from voice_skill.hear.models import Place, check_folder, fetched_folder, find_model, places
from voice_skill.paths import shipped

STARTER = shipped("models") / "vosk-model-starter-en"
LGRAPH = "vosk-model-en-us-0.22-lgraph"
OTHER = "vosk-model-small-en-in-0.4"
GERMAN = "vosk-model-small-de-0.15"

FILES = {**MODEL_FILES, "am/final.mdl": b"\0B<TransitionModel> input-node name=input dim=40"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing in it."""
    for name in [name for name in os.environ if name.startswith(("XDG_", "VOSK_", "VOICE_SKILL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def put(folder: Path, *names: str) -> Path:
    """Whole models of these names in a folder."""
    for name in names:
        write_model(folder / name, FILES)
    return folder


def search(system: Path) -> tuple[Place, ...]:
    """The places there are, with another folder for the whole machine."""
    assert [place.folder for place in places() if place.origin == "/usr/share/vosk"] == [Path("/usr/share/vosk")]
    return tuple(replace(place, folder=system) if place.origin == "/usr/share/vosk" else place for place in places())


def test_order_of_the_places(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path / "vosk"))
    system = put(tmp_path / "system", MODEL)
    expected = [
        ("starter", STARTER),
        ("~/.cache/vosk", put(home / ".cache/vosk", MODEL) / MODEL),
        ("/usr/share/vosk", system / MODEL),
        ("VOSK_MODEL_PATH", put(tmp_path / "vosk", MODEL) / MODEL),
        ("fetched", put(home / ".local/share/voice-skill/models", MODEL) / MODEL),
    ]
    for origin, folder in reversed(expected):
        found = find_model(search=search(system))
        assert (found.origin, found.folder, found.name) == (origin, folder, folder.name)
        if folder != STARTER:
            shutil.rmtree(folder.parent)


def test_nothing_set_is_the_starter() -> None:
    found = find_model(search=search(Path("/nowhere")))
    assert (found.name, found.folder, found.origin, found.notes) == (STARTER.name, STARTER, "starter", ())


@pytest.mark.parametrize(
    ("names", "best"),
    [
        ((MODEL, LGRAPH, OTHER), LGRAPH),
        ((MODEL, OTHER), MODEL),
        ((OTHER, GERMAN), OTHER),
        (("en", GERMAN), "en"),
        (("vosk-model-small-en-us-0.3", "vosk-model-small-en-us-0.4"), "vosk-model-small-en-us-0.3"),
        ((GERMAN,), STARTER.name),
        (("vosk-model-spk-0.4", "french", "token"), STARTER.name),
        ((), STARTER.name),
    ],
)
@pytest.mark.parametrize("where", [".local/share/voice-skill/models", ".cache/vosk"])
def test_best_known_english_model_first(home: Path, where: str, names: tuple[str, ...], best: str) -> None:
    put(home / where, *names)
    assert find_model(search=search(Path("/nowhere"))).name == best


def test_hidden_folders_and_files_are_no_models(home: Path) -> None:
    folder = put(home / ".cache/vosk", ".vosk-model-en.unpacking")
    (folder / "vosk-model-en-us-0.22.zip").write_bytes(b"x")
    assert find_model(search=search(Path("/nowhere"))).name == STARTER.name


def test_better_but_broken_model_is_passed_over_with_a_note(home: Path) -> None:
    folder = put(home / ".cache/vosk", MODEL, LGRAPH)
    (folder / LGRAPH / "graph" / "Gr.fst").unlink()
    found = find_model(search=search(Path("/nowhere")))
    assert found.name == MODEL
    (note,) = found.notes
    assert note.startswith(f"~/.cache/vosk: passed over: {folder / LGRAPH}: ")
    assert "graph/Gr.fst is missing" in note


@pytest.mark.parametrize("name", ["anything", GERMAN])
def test_vosk_model_path_may_be_a_model_of_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    put(tmp_path, name)
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path / name))
    found = find_model()
    assert (found.folder, found.origin) == (tmp_path / name, "VOSK_MODEL_PATH")
    assert find_model(name).folder == tmp_path / name


@pytest.mark.parametrize("value", ["/nowhere", "~nobody/x", "x" * 5000, "{here}/empty", "{here}/file"])
def test_stale_vosk_model_path_is_passed_over_with_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    monkeypatch.setenv("VOSK_MODEL_PATH", value.format(here=tmp_path))
    found = find_model(search=search(Path("/nowhere")))
    assert found.name == STARTER.name
    (note,) = found.notes
    assert note.startswith("VOSK_MODEL_PATH: passed over: no English speech model in ")


def test_broken_vosk_model_path_is_passed_over_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "mine")
    (tmp_path / "mine/am/final.mdl").write_bytes(b"")
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path / "mine"))
    found = find_model(search=search(Path("/nowhere")))
    assert found.name == STARTER.name
    (note,) = found.notes
    assert "am/final.mdl is empty" in note


def test_empty_vosk_model_path_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOSK_MODEL_PATH", "")
    assert "VOSK_MODEL_PATH" not in [place.origin for place in places()]


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no whole speech model"):
        find_model(search=[Place("starter", tmp_path)])


@pytest.mark.parametrize("place", [".local/share/voice-skill/models", ".cache/vosk"])
@pytest.mark.parametrize("name", [GERMAN, "mine", MODEL])
def test_wanted_by_name(home: Path, place: str, name: str) -> None:
    put(home / place, name, LGRAPH)
    found = find_model(name, "VOICE_SKILL_MODEL")
    assert (found.name, found.folder, found.origin) == (name, home / place / name, "VOICE_SKILL_MODEL")


def test_wanted_starter_by_name(home: Path) -> None:
    put(home / ".cache/vosk", LGRAPH)
    assert find_model("vosk-model-starter-en").folder == STARTER


@pytest.mark.parametrize("wanted", ["here/mine", "./here/mine", "{here}/here/mine", "~/mine", "here/mine/", "link"])
def test_wanted_by_folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    put(tmp_path / "here", "mine")
    put(home, "mine")
    (tmp_path / "link").symlink_to(tmp_path / "here" / "mine")
    monkeypatch.chdir(tmp_path)
    found = find_model(wanted.format(here=tmp_path))
    check_folder(found.folder)
    assert (found.name, found.origin) == ("mine", "--model")


def test_name_stands_for_a_known_model_before_a_folder_here(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home / ".cache/vosk", MODEL)
    put(tmp_path / "here", MODEL, "mine")
    monkeypatch.chdir(tmp_path / "here")
    assert find_model(MODEL).folder == home / ".cache/vosk" / MODEL
    assert find_model("mine").folder.resolve() == tmp_path / "here" / "mine"


def test_wanted_but_broken_is_an_error_even_when_another_is_whole(home: Path) -> None:
    put(home / ".cache/vosk", MODEL)
    put(home / ".local/share/voice-skill/models", MODEL)
    (fetched_folder() / MODEL / "graph/Gr.fst").unlink()
    with pytest.raises(ModelError, match=r"graph/Gr\.fst is missing"):
        find_model(MODEL)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (MODEL, f"is not on this machine. Run: voice-skill models fetch {MODEL}"),
        ("vosk-model-small-en-us-0.51", f"did you mean {MODEL}?"),
        ("nothing-like-it", "see what there is with: voice-skill models list"),
        ("/nowhere/at/all", "see what there is with: voice-skill models list"),
        ("a\0b", "see what there is"),
        ("x" * 5000, "see what there is"),
        ("../" * 3000, "see what there is"),
        ("{here}/model.zip", "voice-skill models add FILE.zip"),
        ("{here}/empty", "not a speech model"),
        ("{here}/outer", "did you mean {here}/outer/inner?"),
        ("{here}/loop", ""),
    ],
)
def test_wanted_but_not_there_is_one_line_that_helps(tmp_path: Path, wanted: str, says: str) -> None:
    (tmp_path / "model.zip").write_bytes(b"PK")
    (tmp_path / "empty").mkdir()
    put(tmp_path / "outer", "inner")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ModelError) as caught:
        find_model(wanted.format(here=tmp_path))
    assert says.format(here=tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "\0" not in str(caught.value)
    assert len(str(caught.value)) < 300
