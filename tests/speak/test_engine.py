"""The one engine: many voices and threads at once, every rate and voice really taken, no text that harms it."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from heard import voice_pitch, words
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.errors import SynthesisError
from voice_skill.speak.synthesis import Voice

SENTENCE = "Is upper back pain serious?"
VOICES = [(rate, name) for rate in (120, 155, 220) for name in (None, "en-us", "en-us+f3", "en-gb-scotland")]


def sentences() -> list[str]:
    """What the skill says to the twelve questions, without slots."""
    spoken = [sentence for entry in shipped_content().entries.values() for sentence in (*entry.answer, *entry.more)]
    return [sentence for sentence in spoken if "{" not in sentence]


def run(program: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)


def test_what_is_spoken_is_heard_again() -> None:
    speech = Voice().synthesise(SENTENCE)
    assert speech.rate == 22_050
    assert speech.text == SENTENCE
    assert words(speech.samples, speech.rate) == "is upper back pain serious"


def test_voices_and_threads_get_their_own_sentences_whole() -> None:
    """Two voices shared pyttsx3's engine across threads: a change of rate dropped what was under way."""
    texts = sentences()
    jobs = [(texts[number % len(texts)], *VOICES[number % len(VOICES)]) for number in range(150)]

    def speak(job: tuple[str, int, str | None]) -> float:
        text, rate, name = job
        return Voice(rate, name).synthesise(text).seconds

    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(speak, jobs))
    for job, seconds in zip(jobs, together, strict=True):
        # espeak-ng varies a little from run to run.
        assert seconds == pytest.approx(speak(job), rel=0.1), job


def test_the_default_is_150_to_160_words_a_minute() -> None:
    voice, texts = Voice(), sentences()
    seconds = sum(voice.synthesise(text).seconds for text in texts)
    count = sum(len(re.findall(r"[\w'’]+", text)) for text in texts)
    assert 150 <= 60 * count / seconds <= 160


def test_a_faster_voice_takes_less_time_and_is_still_understood() -> None:
    lengths = [Voice(rate).synthesise(SENTENCE).seconds for rate in (100, 155, 220, 350)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 1.4 * lengths[1] > 1.8 * lengths[2]
    slow = Voice(120).synthesise(SENTENCE)
    assert words(slow.samples, slow.rate) == "is upper back pain serious"


def test_a_variant_changes_the_sound_and_the_next_voice_changes_it_back() -> None:
    names = ("en-us+m3", "en-us+f3", None, "en-us+f3")
    pitches = [
        voice_pitch(speech.samples, speech.rate) for speech in (Voice(voice=n).synthesise(SENTENCE) for n in names)
    ]
    assert pitches[1] > 1.3 * pitches[0]
    assert pitches[2] < 0.8 * pitches[1]
    assert pitches[3] == pytest.approx(pitches[1], rel=0.1)


@pytest.mark.parametrize(
    "name", ["en-us", "en-us+f3", "en-gb", "en-GB+Annie", "en_US", "gmw/en-us", "English (Scotland)"]
)
def test_a_voice_goes_by_its_names(name: str) -> None:
    assert Voice(voice=name).synthesise(SENTENCE).seconds > 1


@pytest.mark.parametrize(
    ("name", "near"),
    [("en-zz", "en-us|en-gb|en-029"), ("en-us+f33", "f3"), ("en-us+zzz", "Near it"), ("en-us+", "f1"), ("", "en-us")],
)
def test_an_unknown_voice_is_refused_with_near_ones(name: str, near: str) -> None:
    with pytest.raises(SynthesisError, match=f"there is no .*({near})"):
        Voice(voice=name).synthesise(SENTENCE)


@pytest.mark.parametrize("text", ["x" * 111_000, "word " * 22_200, "A sentence here. " * 6_500], ids=len)
def test_a_very_long_text_is_spoken_whole(text: str) -> None:
    """pyttsx3 tells espeak-ng ten times the text's length: 111,000 characters ended the process."""
    program = f"""
from voice_skill.speak.synthesis import Voice
print(Voice(400).synthesise({text[:17]!r} * {len(text) // 17}).seconds)
"""
    done = run(program)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 1000


ODD = [
    "<speak><break time='3s'/>hi</speak>", "[[h@l'oU]]", "&amp; <b>", "مرحبا", "你好", "a\x00b", "\ud800 hello", "5 %",
    "emer\u00adgency", "\u202eback pain", "Straße", "ᚠᚢ", "I\tfeel\r\nfine",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_spoken(text: str) -> None:
    assert Voice().synthesise(text).samples.any()


@pytest.mark.parametrize("text", ["", "   ", "...", "\0\n", "—", "(", "\ud800"])
def test_what_has_no_sound_is_refused(text: str) -> None:
    with pytest.raises(SynthesisError, match="there is nothing to say"):
        Voice().synthesise(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_spoken_or_refused(text: str) -> None:
    try:
        assert Voice().synthesise(text).samples.any()
    except SynthesisError as error:
        assert "\n" not in str(error)


def test_nothing_is_printed_and_nothing_of_others_is_lost() -> None:
    """``sys.stdout`` was exchanged for the whole process while a sentence was made."""
    program = """
import threading
from voice_skill.speak.synthesis import Voice
going = threading.Event()
def count():
    number = 0
    while not going.is_set():
        print(number)
        number += 1
counter = threading.Thread(target=count)
counter.start()
for number in range(20):
    Voice().synthesise(f"Sentence {number}.")
going.set()
counter.join()
"""
    done = run(program)
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines == [str(number) for number in range(len(lines))]


WITH_DATA = """
import ctypes
import espeakng_loader
ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
from voice_skill.errors import SynthesisError
from voice_skill.speak import engine, espeak
espeak._load_library = lambda: {!r}
try:
    print(engine.ENGINE.speak("Hello there, how are you?", 150, None).seconds)
except SynthesisError as error:
    print(error)
"""


@pytest.mark.parametrize("folder", ["short", "x" * 150])
def test_the_data_may_lie_in_a_folder_with_a_long_name(tmp_path: Path, folder: str) -> None:
    """espeak-ng cuts off a long path and ends the process when it finds nothing there."""
    import espeakng_loader

    (tmp_path / folder).symlink_to(espeakng_loader.get_data_path())
    done = run(WITH_DATA.format(str(tmp_path / folder)))
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 1


@pytest.mark.parametrize("folder", ["missing", "empty", "missing" * 40])
def test_missing_data_are_told_and_the_process_goes_on(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    done = run(WITH_DATA.format(str(tmp_path / folder)))
    assert done.returncode == 0
    assert done.stdout.startswith("espeak-ng could not be started")
    assert len((done.stdout + done.stderr).splitlines()) == 1


def test_preparing_starts_the_engine_before_the_first_sentence() -> None:
    """Only the thread was started, and the first sentence waited for the rest all the same."""
    program = """
import sys, time
from voice_skill.speak.synthesis import Voice
Voice().prepare()
deadline = time.monotonic() + 60
while "pyttsx3.drivers.espeak" not in sys.modules and time.monotonic() < deadline:
    time.sleep(0.01)
print("pyttsx3.drivers.espeak" in sys.modules)
"""
    assert run(program).stdout == "True\n"


def test_a_system_without_a_thread_to_spare_is_told_in_one_line() -> None:
    program = """
import resource, threading
from voice_skill.errors import SynthesisError
from voice_skill.speak.synthesis import Voice
voice = Voice()
threading.stack_size(1 << 30)
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
voice.prepare()
try:
    voice.synthesise("hello")
except SynthesisError as error:
    print(error)
"""
    done = run(program)
    assert (
        done.stdout == "the voice cannot start: the system gives it no thread. Free some memory, or use --no-speech\n"
    )
    assert done.stderr == ""
