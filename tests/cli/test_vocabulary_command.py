"""``voice-skill models vocabulary``: words of the content that a model can never hear."""

import json
import subprocess
import sys
from pathlib import Path

from voice_skill.content import read
from voice_skill.hear.models import starter
from voice_skill.hear.recogniser import Recogniser
from voice_skill.paths import shipped
from voice_skill.vocabulary import english_words, unknown

FOLDER = shipped("responses")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voice_skill", "models", "vocabulary", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_starter_knows_every_word_of_the_content() -> None:
    done = run("vosk-model-starter-en")
    assert done.stdout == ""
    assert done.returncode == 0


def test_json_is_a_list_also_when_there_is_nothing() -> None:
    assert json.loads(run("vosk-model-starter-en", "--json").stdout) == []


def test_an_unknown_word_is_told_with_its_place_and_known_ones_near_it(tmp_path: Path) -> None:
    knows = Recogniser(starter().folder).knows
    found = unknown(
        read(FOLDER)[0], FOLDER, lambda word: word != "massage" and knows(word), lambda: english_words(starter().folder)
    )
    massage = next(one for one in found if one.word == "massage")
    lines = (FOLDER / massage.file).read_text(encoding="utf-8").splitlines()
    assert "massage" in lines[massage.line - 1]
    assert {"message", "massages", "massaging"} & set(massage.nearest)
    assert all(knows(word) for word in massage.nearest)


def test_a_model_that_is_not_there_is_one_line() -> None:
    done = run("no-such-model")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
