"""The starter's graph built anew: as good as the shipped one, and with ears for what was added to the content."""

import csv
import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from voice_skill.hear.recogniser import Recogniser

PROJECT = Path(__file__).parents[2]
RECORDINGS = PROJECT / "tests" / "recordings"
NEW_WORD = "costochondritis"
ENTRY = (PROJECT / "responses" / "faq" / "walking.toml").read_text(encoding="utf-8")
HAS_TOOLS = shutil.which("fstconvert") is not None

pytestmark = pytest.mark.skipif(
    not HAS_TOOLS and not os.environ.get("CI"), reason="needs: sudo apt install libfst-tools libfst22-plugins-base"
)


def build(out: Path, responses: Path, seed: str) -> subprocess.CompletedProcess[str]:
    """A model from ``responses``; ``seed`` of Python's hashes, which must not matter."""
    script = PROJECT / "models" / "recipe" / "build.py"
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, script, "--out", out, "--responses", responses],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def responses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content with one more answer, about a word that no dictionary of the recipe has."""
    folder = tmp_path_factory.mktemp("content") / "responses"
    shutil.copytree(PROJECT / "responses", folder)
    start, end = ENTRY.index("phrases = ["), ENTRY.index("]", ENTRY.index("phrases = ["))
    phrases = f'phrases = [\n  "what is {NEW_WORD}",\n  "could it be {NEW_WORD}",\n  "tell me about {NEW_WORD}",\n'
    (folder / "faq" / "costochondritis.toml").write_text(ENTRY[:start] + phrases + ENTRY[end:], encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, responses: Path) -> Path:
    out = tmp_path_factory.mktemp("model") / "built"
    done = build(out, responses, "1")
    assert done.returncode == 0, done.stderr
    assert f"{NEW_WORD}\t" in done.stdout, "a guessed pronunciation is listed for review"
    return out


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The new question, spoken."""
    path = tmp_path_factory.mktemp("sound") / "question.wav"
    code = (
        f"import sys, soundfile; sys.path.insert(0, {str(RECORDINGS)!r}); from make import Library, QUIET; "
        "import numpy; "
        f"said = Library().say('what is {NEW_WORD}', 'en-us', 150); "
        f"soundfile.write({str(path)!r}, numpy.concatenate([QUIET, said, QUIET]), 16000)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    return path


def heard(recogniser: Recogniser, path: Path) -> str:
    samples, _ = soundfile.read(path, dtype="int16")
    return recogniser.transcribe([samples]).text


def test_the_recordings_are_still_heard_right(built: Path) -> None:
    shipped, new = Recogniser(PROJECT / "models" / "vosk-model-starter-en"), Recogniser(built)
    with (RECORDINGS / "recordings.tsv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["words"]]
    wrong = dict.fromkeys(("shipped", "new"), 0)
    for row in rows:
        for name, recogniser in (("shipped", shipped), ("new", new)):
            wrong[name] += heard(recogniser, RECORDINGS / row["file"]) != row["words"]
    assert wrong["new"] <= max(1, wrong["shipped"])


def test_a_new_word_is_heard_after_a_rebuild_and_not_before(built: Path, question: Path) -> None:
    assert NEW_WORD not in heard(Recogniser(PROJECT / "models" / "vosk-model-starter-en"), question)
    assert heard(Recogniser(built), question) == f"what is {NEW_WORD}"


def test_a_grammar_finds_the_new_word(built: Path, question: Path) -> None:
    """Word numbers must be the same in every file of the graph, or grammars hear nothing."""
    samples, _ = soundfile.read(question, dtype="int16")
    decoding = Recogniser(built).start([f"what is {NEW_WORD}", "is walking good"])
    decoding.accept(samples)
    assert decoding.finish().text == f"what is {NEW_WORD}"


def test_the_same_inputs_give_the_same_bytes(built: Path, responses: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again", responses, "2").returncode == 0
    names = [path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()]
    assert "graph/Gr.fst" in names
    _, differing, missing = filecmp.cmpfiles(built, tmp_path / "again", names, shallow=False)
    assert (differing, missing) == ([], [])


@pytest.mark.parametrize("wrong", ['walk = "W AO KK"', 'walk = ""', "walk = "])
def test_a_slip_in_the_hand_lexicon_is_one_line(responses: Path, tmp_path: Path, wrong: str) -> None:
    shutil.copytree(responses, tmp_path / "responses")
    (tmp_path / "responses" / "pronunciations.toml").write_text(wrong, encoding="utf-8")
    done = build(tmp_path / "out", tmp_path / "responses", "1")
    assert done.returncode == 1
    assert "pronunciations.toml" in done.stderr
    assert len(done.stderr.splitlines()) == 1
