"""Conversations of several people at once."""

import threading

import pytest

from voice_skill.bridges import sessions as module
from voice_skill.bridges.sessions import IDLE, Sessions
from voice_skill.bridges.skill import Skill
from voice_skill.messages import Level, Transcript

pytest_plugins = ["serving"]

ASKS = "can back pain mean a heart attack"
"""Is answered with "Is that happening to you now?"."""


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def talks(skill: Skill, clock: Clock) -> Sessions:
    return Sessions(skill, clock)


def test_a_conversation_goes_on_under_its_id(talks: Sessions) -> None:
    assert talks.ask(ASKS, "a").reply.expects == "happening_now"
    assert talks.ask("yes", "a").reply.level is Level.EMERGENCY


def test_conversations_do_not_mix(talks: Sessions) -> None:
    talks.ask(ASKS, "a", "hall")
    assert talks.ask("is upper back pain serious", "b", "hall").reply.level is Level.SELF_CARE
    assert talks.ask("i have chest pain", "b", "hall").reply.level is Level.EMERGENCY
    assert talks.ask("no", "a", "hall").reply.level is not Level.EMERGENCY


def test_an_answer_under_a_new_id_belongs_to_the_open_question(talks: Sessions) -> None:
    talks.ask(ASKS, "a", "hall")
    assert talks.ask("yes", "new", "hall").reply.level is Level.EMERGENCY
    assert talks.ask("what should i tell them", "new", "hall").reply.level is Level.EMERGENCY


@pytest.mark.parametrize(
    ("text", "client", "later"),
    [("yes", "kitchen", 0), ("yes", "hall", 61), ("is walking good for upper back pain", "hall", 0)],
)
def test_anything_else_under_a_new_id_begins_anew(
    talks: Sessions, clock: Clock, text: str, client: str, later: float
) -> None:
    talks.ask(ASKS, "a", "hall")
    clock.now += later
    talks.ask(text, "new", client)
    assert talks.ask("no", "a", "hall").reply.sentences == by_itself(talks, ASKS, "no")


def by_itself(talks: Sessions, *texts: str) -> tuple[str, ...]:
    return [talks.ask(text, "by itself", "nobody").reply for text in texts][-1].sentences


def test_an_answer_never_clears_the_danger_of_one_of_two(talks: Sessions) -> None:
    talks.ask(ASKS, "a", "hall")
    talks.ask(ASKS, "b", "hall")
    talks.ask("no", "new", "hall")
    for key in ("a", "b"):
        assert talks.ask("yes", key, "hall").reply.level is Level.EMERGENCY


def test_a_conversation_is_forgotten_in_time(talks: Sessions, clock: Clock) -> None:
    talks.ask("i have chest pain", "a")
    clock.now += IDLE - 1
    assert talks.ask("is walking good for upper back pain", "a").reply.level is Level.EMERGENCY
    clock.now += IDLE
    assert talks.ask("is walking good for upper back pain", "a").reply.level is Level.SELF_CARE
    assert len(talks) == 1


def test_only_so_many_are_kept(talks: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    talks.ask("i have chest pain", "old")
    for number in range(10):
        talks.ask("hello", str(number))
        assert len(talks) <= 3
    assert talks.ask("is walking good for upper back pain", "old").reply.level is Level.SELF_CARE


def test_without_an_id_each_question_stands_alone(talks: Sessions, skill: Skill) -> None:
    assert talks.ask(ASKS).reply == skill.conversation(session=True).ask_text(ASKS).reply
    assert talks.ask("is walking good for upper back pain").reply.level is Level.SELF_CARE
    assert len(talks) == 0


def test_a_reply_in_parts_comes_as_one(talks: Sessions) -> None:
    answers = ["check my symptoms", "my upper back aches", "me", *["no"] * 12]
    replies = [talks.ask(text, "a").reply for text in answers]
    assert not any(reply.goes_on for reply in replies)


def test_words_come_back_with_what_else_was_heard(talks: Sessions, clock: Clock) -> None:
    heard = Transcript("i have just been", 0.4, alternatives=("i have chest pain",), seconds=1.0)
    talks.remember(heard, "hall")
    assert talks.ask("i have just been", None, "kitchen").understanding.transcript.alternatives == ()
    turn = talks.ask(" i have just been ", None, "hall")
    assert [flag.id for flag in turn.understanding.suspected] == ["chest"]
    clock.now += 61
    assert talks.ask("i have just been", None, "hall").understanding.suspected == ()


def test_many_at_once_lose_no_turn(talks: Sessions) -> None:
    problems: list[str] = []

    def talk(key: str) -> None:
        for text, level in ((ASKS, None), ("yes", Level.EMERGENCY), ("is walking good", Level.EMERGENCY)):
            reply = talks.ask(text, key).reply
            if level and reply.level is not level:
                problems.append(f"{key}: {text}: {reply}")

    threads = [threading.Thread(target=talk, args=(str(number),)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
