"""Whether a folder is a whole model: as vosk itself finds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MODEL_FILES, write_model

from voice_skill.errors import ModelError
from voice_skill.hear.models import check_folder, find_model
from voice_skill.paths import shipped

STARTER = shipped("models") / "vosk-model-starter-en"

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
