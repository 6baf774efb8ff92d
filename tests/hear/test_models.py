"""Which model is used, and whether a folder is a whole one."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import MODEL, MODEL_FILES, write_model

from voice_skill.errors import ModelError
from voice_skill.hear.manifest import load_manifest
from voice_skill.hear.models import Place, check_folder, fetched_folder, find_model, places
from voice_skill.paths import shipped

STARTER = shipped("models") / "vosk-model-starter-en"
LGRAPH = "vosk-model-en-us-0.22-lgraph"
OTHER = "vosk-model-small-en-in-0.4"
GERMAN = "vosk-model-small-de-0.15"

FILES = {**MODEL_FILES, "am/final.mdl": b"\0B<TransitionModel> input-node name=input dim=40"}
IVECTOR = {
    f"ivector/{name}": b"x"
    for name in ("final.ie", "final.dubm", "final.mat", "global_cmvn.stats", "online_cmvn.conf", "splice.conf")
}
STATIC = {
    **{name: data for name, data in FILES.items() if name not in ("graph/HCLr.fst", "graph/Gr.fst")},
    "graph/HCLG.fst": b"HCLG",
    "graph/words.txt": b"yes 1",
}
FLAT = {"final.mdl": b"x", "mfcc.conf": b"x", "HCLG.fst": b"x", "words.txt": b"x", "word_boundary.int": b"x"}
FLAT_LOOKAHEAD = {"final.mdl": b"x", "mfcc.conf": b"x", "HCLr.fst": b"x", "Gr.fst": b"x", "disambig_tid.int": b""}


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


LAYOUTS = {
    "lookahead": FILES,
    "lookahead_ivector": {**FILES, **IVECTOR},
    "static": STATIC,
    "static_rescore": {**STATIC, "rescore/G.carpa": b"x", "rescore/G.fst": b"x"},
    "filter_banks": {
        **{name: data for name, data in FILES.items() if name != "conf/mfcc.conf"},
        "conf/fbank.conf": b"x",
    },
    "flat": FLAT,
    "flat_ivector": {**FLAT, **IVECTOR},
    "flat_lookahead": FLAT_LOOKAHEAD,
}


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_whole_layouts(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = write_model(tmp_path / "m", files)
    check_folder(folder)
    assert find_model(str(folder)).folder == folder


NOT_NEEDED = {"graph/words.txt", "words.txt", "graph/phones/word_boundary.int", "word_boundary.int", "rescore/G.carpa"}
INSTEAD = {"conf/fbank.conf": "conf/mfcc.conf", "graph/HCLG.fst": "graph/HCLr.fst", "HCLG.fst": "HCLr.fst"}
"""What is asked for when one of two possible files is missing."""


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_each_needed_file_is_named_when_it_is_missing(tmp_path: Path, files: dict[str, bytes]) -> None:
    unused = {"graph/disambig_tid.int"} if "graph/HCLG.fst" in files else set()
    needed = sorted(files.keys() - NOT_NEEDED - unused - {"final.mdl"})
    assert len(needed) >= 2
    for name in needed:
        folder = write_model(tmp_path / name.replace("/", "_"), files)
        (folder / name).unlink()
        with pytest.raises(ModelError, match=f"{INSTEAD.get(name, name)} is missing"):
            check_folder(folder)


def test_flat_folder_without_its_network_is_no_model(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m", {name: data for name, data in FLAT.items() if name != "final.mdl"})
    with pytest.raises(ModelError, match="not a speech model"):
        check_folder(folder)


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_each_empty_file_is_named(tmp_path: Path, files: dict[str, bytes]) -> None:
    may = {"graph/disambig_tid.int", "disambig_tid.int", "ivector/online_cmvn.conf", "graph/words.txt", "words.txt"}
    for name in sorted(files.keys() - may - {"rescore/G.carpa"}):
        folder = write_model(tmp_path / name.replace("/", "_"), {**files, name: b""})
        with pytest.raises(ModelError, match=f"{name} is empty"):
            check_folder(folder)


def test_network_that_wants_ivectors_needs_the_folder(tmp_path: Path) -> None:
    network = {"am/final.mdl": b"\0" * 100_000 + b"input-node name=ivector dim=30\n"}
    check_folder(write_model(tmp_path / "with", {**FILES, **network, **IVECTOR}))
    with pytest.raises(ModelError, match=r"ivector/final\.ie is missing.* and 2 more"):
        check_folder(write_model(tmp_path / "without", {**FILES, **network}))


def test_file_in_place_of_a_folder(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m", {name: data for name, data in FILES.items() if not name.startswith("graph")})
    (folder / "graph").touch()
    with pytest.raises(ModelError, match=r"graph/HCLr\.fst is missing"):
        check_folder(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_read(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m", FILES)
    (folder / "am").chmod(0)
    try:
        with pytest.raises(ModelError, match="cannot be read: Permission denied"):
            check_folder(folder)
    finally:
        (folder / "am").chmod(0o755)


HEAR = """
import sys, vosk
vosk.SetLogLevel(-1)
recogniser = vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), 16000)
recogniser.AcceptWaveform(bytes(16000))
recogniser.FinalResult()
"""


def vosk_takes(folder: Path) -> bool:
    return subprocess.run([sys.executable, "-c", HEAR, folder], capture_output=True, check=False).returncode == 0


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The starter, to break; its large files are links."""
    return Path(shutil.copytree(STARTER, tmp_path / "copy", copy_function=os.link))


def test_vosk_takes_what_passes(copy: Path) -> None:
    (copy / "graph/words.txt").unlink()
    (copy / "graph/phones/word_boundary.int").unlink()
    check_folder(copy)
    assert vosk_takes(copy)


@pytest.mark.parametrize(
    "name", ["am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst"]
)
@pytest.mark.parametrize("empty", [False, True], ids=["missing", "empty"])
def test_vosk_fails_on_what_is_refused(copy: Path, name: str, empty: bool) -> None:
    (copy / name).unlink()
    if empty:
        (copy / name).touch()
    with pytest.raises(ModelError, match=f"{name} is {'empty' if empty else 'missing'}"):
        check_folder(copy)
    assert not vosk_takes(copy)


def test_vosk_would_end_the_process_without_silence_phones(copy: Path) -> None:
    text = (copy / "conf/model.conf").read_text()
    (copy / "conf/model.conf").unlink()
    (copy / "conf/model.conf").write_text(text.replace("--endpoint.silence-phones=1\n", ""))
    with pytest.raises(ModelError, match=r"has no --endpoint\.silence-phones"):
        check_folder(copy)
    assert not vosk_takes(copy)


GOOD = {
    "name": '"a"',
    "says": '"x"',
    "licence": '"x"',
    "quirks": '["x"]',
    "url": '"https://x/a.zip"',
    "bytes": "1",
    "sha256": f'"{"0" * 64}"',
}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"colour": '"x"'}, "unknown key 'colour'", id="unknown_key"),
        pytest.param({"sha256": ""}, "'sha256' is missing", id="no_hash"),
        pytest.param({"licence": ""}, "'licence' is missing", id="no_licence"),
        pytest.param({"sha256": '"abc"'}, "sha256 must be 64 digits", id="short_hash"),
        pytest.param({"sha256": f'"{"A" * 64}"'}, "sha256 must be 64 digits", id="capitals"),
        pytest.param({"bytes": "0"}, "bytes must be a whole number", id="no_bytes"),
        pytest.param({"bytes": "1.5"}, "bytes must be a whole number", id="half_a_byte"),
        pytest.param({"bytes": '"1"'}, "bytes must be a number", id="bytes_in_quotes"),
        pytest.param({"url": '"file:///x"'}, "url must begin with https://", id="file_address"),
        pytest.param({"name": '"../a"'}, "cannot be the name of a folder", id="path_as_name"),
        pytest.param({"bundled": '"yes"'}, "bundled must be true or false", id="bundled_text"),
    ],
)
def test_faulty_manifest(tmp_path: Path, change: dict[str, str], says: str) -> None:
    path = tmp_path / "manifest.toml"
    entry = [f"{key} = {value}" for key, value in {**GOOD, **change}.items() if value]
    path.write_text("\n".join(["[[model]]", *entry]))
    with pytest.raises(ModelError, match=says) as caught:
        load_manifest(path)
    assert str(path) in str(caught.value)


def test_all_faults_of_a_manifest_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    entry = "\n".join(f"{key} = {value}" for key, value in GOOD.items())
    path.write_text(f"[[model]]\n{entry}\n[[model]]\n{entry}\n[[model]]\ncolour = 1\n{entry}\n")
    with pytest.raises(ModelError) as caught:
        load_manifest(path)
    assert "'a' stands here twice" in str(caught.value)
    assert f"{path}:18: unknown key 'colour'" in str(caught.value)


@pytest.mark.parametrize("text", ["", "[[model]", "model = 1", "[model]\nname = 'x'", "\0"])
def test_file_that_is_no_manifest(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(text)
    with pytest.raises(ModelError, match=str(path)):
        load_manifest(path)


def test_manifest_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.toml: the file is missing"):
        load_manifest(tmp_path / "manifest.toml")
