"""The real recogniser with the bundled model: what it hears does not hang on how the sound comes."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_skill.errors import ModelError, RecognitionError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.models import find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.recording import Block

RECORDINGS = Path(__file__).parent.parent / "recordings"
WORDS = "is upper back pain serious"


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(find_model("vosk-model-starter-en").folder)


@pytest.fixture(scope="module")
def question() -> Block:
    return soundfile.read(RECORDINGS / "is_upper_back_pain_serious.wav", dtype="int16")[0]


def pieces(samples: Block, size: int) -> list[Block]:
    return [samples[at : at + size] for at in range(0, len(samples), size)]


@pytest.mark.parametrize("size", [160, 512, 1_600, 3_201, 8_000, 10**6])
def test_the_size_of_blocks_changes_nothing_at_all(recogniser: Recogniser, question: Block, size: int) -> None:
    transcript = recogniser.transcribe(pieces(question, size))
    assert transcript == recogniser.transcribe([question])
    assert transcript.text == WORDS
    assert transcript.seconds == pytest.approx(len(question) / SAMPLE_RATE)


def test_words_have_times_and_confidences(recogniser: Recogniser, question: Block) -> None:
    transcript = recogniser.transcribe([question])
    assert [word.text for word in transcript.words] == WORDS.split()
    times = [time for word in transcript.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0 < times[0] < times[-1] < transcript.seconds
    assert all(0 <= word.confidence <= 1 for word in transcript.words)
    assert transcript.confidence == pytest.approx(sum(word.confidence for word in transcript.words) / 5)


def test_partial_words_grow_to_the_transcript(recogniser: Recogniser, question: Block) -> None:
    decoding = recogniser.start()
    partials = []
    for block in pieces(question, 1_600):
        decoding.accept(block)
        partials.append(decoding.partial())
    assert partials[0] == ""
    assert len(set(partials)) >= 4
    assert WORDS.startswith(partials[-1])
    assert decoding.finish().text == WORDS


def test_doubtful_sound_has_up_to_four_alternatives_each_once(recogniser: Recogniser, question: Block) -> None:
    rng = np.random.default_rng(3)
    noisy = np.clip(question + rng.standard_normal(len(question)) * 900, -32768, 32767).astype(np.int16)
    transcript = recogniser.transcribe([noisy])
    assert 1 <= len(transcript.alternatives) <= 4
    assert len(set(transcript.hypotheses)) == len(transcript.hypotheses)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.int16),
        np.ones(1, np.int16),
        np.zeros(2 * SAMPLE_RATE, np.int16),
        np.full(SAMPLE_RATE, 32767, np.int16),
    ],
    ids=["none", "one sample", "silence", "a stuck microphone"],
)
def test_nothing_is_heard_in_nothing(recogniser: Recogniser, sound: Block) -> None:
    transcript = recogniser.transcribe([sound])
    assert transcript.text == ""
    assert transcript.words == ()
    assert transcript.alternatives == ()


def test_no_voice_and_few_unsure_words_are_nothing_heard(recogniser: Recogniser) -> None:
    rng = np.random.default_rng(1)
    hiss = (rng.standard_normal(2 * SAMPLE_RATE) * 1_000).astype(np.int16)
    assert recogniser.transcribe([hiss], certain=False).text == ""


def test_long_speech_is_kept_over_the_ends_that_vosk_finds_in_it(recogniser: Recogniser, question: Block) -> None:
    # After such an end FinalResult() is empty: the first question was once lost with it.
    pause = np.zeros(2 * SAMPLE_RATE, np.int16)
    transcript = recogniser.transcribe([question, pause, question, pause])
    assert transcript.text == f"{WORDS} {WORDS}"
    starts = [word.start for word in transcript.words]
    assert starts == sorted(starts)
    assert starts[5] > len(question) / SAMPLE_RATE


def test_a_grammar_allows_its_phrases_alone(recogniser: Recogniser, question: Block) -> None:
    decoding = recogniser.start(["upper back pain"])
    decoding.accept(question)
    heard = decoding.finish().text
    assert "upper back pain" in heard
    assert set(heard.split()) <= {"upper", "back", "pain", "[unk]"}


def test_a_grammar_of_unknown_words_is_refused_by_name(recogniser: Recogniser) -> None:
    assert recogniser.knows("pain")
    assert not recogniser.knows("zyzzyva")
    with pytest.raises(RecognitionError, match="zyzzyva"):
        recogniser.start(["stop", "hey zyzzyva"])


def test_one_model_serves_many_threads(recogniser: Recogniser, question: Block) -> None:
    heard: list[str] = []
    threads = [threading.Thread(target=lambda: heard.append(recogniser.transcribe([question]).text)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [WORDS] * 3


def test_a_recogniser_prepared_ahead_hears_the_same_and_is_used_once(recogniser: Recogniser, question: Block) -> None:
    recogniser.prepare()
    assert [recogniser.transcribe([question]).text for _ in range(2)] == [WORDS] * 2


@pytest.mark.parametrize("damaged", ["", "am/final.mdl", "graph/Gr.fst", "graph/HCLr.fst", "conf/mfcc.conf"])
def test_a_folder_that_is_no_whole_model_is_told(tmp_path: Path, damaged: str) -> None:
    # Damaged graphs once came out as a traceback, since vosk notices them only when it begins to listen.
    folder = tmp_path / "model"
    if damaged:
        shutil.copytree(find_model("vosk-model-starter-en").folder, folder)
        (folder / damaged).write_bytes(b"damaged" * 100)
    with pytest.raises(ModelError, match="models list"):
        Recogniser(folder)


def test_vosk_comes_without_its_downloader() -> None:
    code = (
        "import sys; from voice_skill.hear.recogniser import _import_vosk; vosk = _import_vosk(); "
        "print(hasattr(vosk.requests, 'get'), 'requests' in sys.modules, 'urllib3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"] * 3
