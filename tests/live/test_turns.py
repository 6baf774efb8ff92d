"""Turns, by real speech through the real recogniser, faster than real time."""

from pathlib import Path

import numpy as np
import pytest
from fed import Fed
from make import Espeak

from voice_skill.errors import UsageError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.models import find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.wake import WakePhrase
from voice_skill.messages import Level

VOICES = ("gmw/en-US", "gmw/en+f2", "gmw/en-GB-x-rp", "gmw/en-US+m3", "gmw/en-GB-scotland")

BABBLE = (
    "the football match was lost by two goals yesterday evening",
    "and now the weather for the rest of the week, with rain in the north",
    "hey jack, can you put the kettle on and bring the paper back",
    "she came back by coach because the train was late again",
    "hey, back to you in the studio with the latest on the match",
    "is upper back pain serious",
    "my father has chest pain and he can't breathe",
    "the doctor will see you now, please take a seat over there",
    "hey coach, bring him back on, that was never a penalty",
    "they say back pain costs the country millions every year",
    "what time is it, i have to be back at four",
    "call nine nine nine now, the house is on fire",
)


@pytest.mark.parametrize("voice", VOICES)
def test_wake_phrase_and_question_in_one_breath(fed: Fed, voice: str) -> None:
    answer = fed.say("hey back coach is walking good for upper back pain", voice=voice)
    assert answer is not None
    assert answer.entry == "walking"
    assert answer.heard.startswith("is walking good")


def test_nothing_is_answered_while_it_sleeps(fed: Fed) -> None:
    assert fed.say("is upper back pain serious") is None
    assert fed.say("i have chest pain and i can't breathe") is None
    assert fed.scenes == []


def test_wake_phrase_alone_then_question_then_follow_up_then_sleep(fed: Fed) -> None:
    assert fed.say("hey back coach", then=1) is None
    assert fed.state == "listening"
    answer = fed.say("is upper back pain serious")
    assert answer is not None
    assert answer.entry == "serious"
    follow_up = fed.say("what organs can cause upper back pain", then=1)
    assert follow_up is not None
    assert follow_up.entry == "organs"
    assert fed.say("no thank you", then=30) is not None
    assert fed.state == "sleeping"
    assert fed.say("is upper back pain serious") is None


def test_wake_phrase_alone_is_forgotten_after_a_while(fed: Fed) -> None:
    fed.say("hey back coach", then=12)
    assert fed.state == "sleeping"
    assert fed.say("is upper back pain serious") is None
    assert fed.answers == []


def test_a_pause_to_think_does_not_end_the_turn(fed: Fed) -> None:
    fed.say("hey back coach", then=1)
    assert fed.say("is walking good for upper back pain and", then=0.9) is None
    answer = fed.say("i have chest pain")
    assert answer is not None
    assert "chest" in answer.red_flags
    assert answer.heard.startswith("is walking")


def test_always_listening_answers_what_it_knows_and_leaves_the_radio_alone(espeak: Espeak) -> None:
    fed = Fed(espeak, "always")
    assert fed.say("and now the weather for the rest of the week with rain in the north") is None
    answer = fed.say("i have chest pain and my arm is numb")
    assert answer is not None
    assert "chest" in answer.red_flags
    fed.listener.close()


def test_push_to_talk_hears_nothing_before_the_button(espeak: Espeak) -> None:
    fed = Fed(espeak, "push")
    assert fed.say("is upper back pain serious") is None
    fed.hands_free.press()
    answer = fed.say("is upper back pain serious")
    assert answer is not None
    assert answer.entry == "serious"
    fed.listener.close()


def test_more_time_doubles_the_silence(fed: Fed) -> None:
    fed.say("hey back coach", then=1)
    assert fed.say("give me more time", then=3) is not None
    assert fed.hands_free.ears.patience_factor == 2.0


def test_a_whole_triage_is_spoken_through(fed: Fed) -> None:
    fed.say("hey back coach", then=1)
    answer = fed.say("check my symptoms", then=1.5)
    assert answer is not None
    asked = []
    lines = ["my upper back aches when i sit at my desk", "it's me"]
    for turn in range(40):
        before = len(fed.answers)
        words = lines[turn] if turn < len(lines) else "no"
        answer = fed.say(words, then=1.5, voice=VOICES[turn % 3])
        if answer is None:
            break
        asked += [scene.captions for scene in fed.answers[before:]]
        if fed.state == "sleeping":
            break
    said = " ".join(sentence for captions in asked for sentence in captions)
    assert "examine you" in said
    assert "nine nine nine" in said
    assert len(asked) >= 10


def test_an_emergency_ends_the_triage(fed: Fed) -> None:
    fed.say("hey back coach", then=1)
    fed.say("check my symptoms", then=1.5)
    answer = fed.say("i have chest pain", then=0.5)
    assert answer is not None
    assert answer.level is Level.EMERGENCY
    assert "nine nine nine" in " ".join(answer.captions)
    first = len(fed.answers)
    fed.quiet(4)
    assert len(fed.answers) > first, "the rest of the advice follows by itself"
    assert "examine you" in " ".join(fed.answers[-1].captions)


def test_babble_wakes_nobody(fed: Fed, espeak: Espeak) -> None:
    """More hours would bring the same lines again: these come in two voices, and over one another."""
    rng = np.random.default_rng(2)
    lines = [espeak.say(text, voice, 170) for text in BABBLE for voice in VOICES[:2]]
    for line in lines:
        fed.hear(line)
        fed.quiet(0.3)
    for one, other in rng.permutation(len(lines)).reshape(-1, 2)[:8]:
        length = min(len(lines[one]), len(lines[other]))
        fed.hear(lines[one][:length] // 2 + lines[other][:length] // 2)
    assert fed.answers == []
    assert fed.state == "sleeping"


def test_nothing_is_kept_unless_asked(espeak: Espeak, tmp_path: Path) -> None:
    folder = tmp_path / "turns"
    fed = Fed(espeak, keep_audio=folder)
    assert "recording" in " ".join(fed.listener.greeting)
    fed.say("is upper back pain serious")
    assert list(folder.iterdir()) == []
    fed.say("hey back coach is upper back pain serious")
    [kept] = folder.iterdir()
    assert kept.stat().st_size > SAMPLE_RATE
    told = fed.say("are you recording me")
    assert told is not None
    assert "keep a recording" in " ".join(told.captions)
    fed.listener.close()


def test_a_failure_costs_one_turn_and_is_told_once(fed: Fed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of luck")

    fed.say("hey back coach", then=1)
    with monkeypatch.context() as patch:
        patch.setattr(fed.hands_free.dialog, "answer", fail)
        fed.say("is upper back pain serious", then=10)
    notices = {scene.notice for scene in fed.scenes if scene.notice}
    assert notices == {"a turn was lost: out of luck"}
    answer = fed.say("hey back coach is upper back pain serious")
    assert answer is not None
    assert answer.entry == "serious"


@pytest.mark.parametrize(
    ("phrase", "says"), [("hey zorblax coach", "'zorblax'"), ("hi you", "too short")], ids=["unknown", "short"]
)
def test_wake_phrases_that_cannot_work_are_refused_by_name(phrase: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        WakePhrase(Recogniser(find_model(None).folder), phrase)
