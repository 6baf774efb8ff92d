"""What must hold whatever is said: levels, ends, questions, and the form of every reply."""

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talk import Talk

from voice_skill import content_check
from voice_skill.content import banned, shipped_content
from voice_skill.content.reading import Reader
from voice_skill.messages import Level, Reply
from voice_skill.paths import shipped

CONTENT = shipped_content()
QUESTIONS = CONTENT.triage.questions
MOST_TURNS = 25
PLACES = ("unknown", "US", "GB", "AU")

CLEAR = ["no", "nope", "not at all", "no thank goodness", "yes", "aye", "a bit", "i'm not sure", "skip"]
UNCLEAR = ["", "yes and no", "purple monkeys", "the", "hmm", "well it depends", "what"]
STEERING = [
    "repeat", "what do you mean", "why do you ask", "slower", "hang on", "go back", "thanks", "help", "tell me more",
    "shorter", "what does clammy mean", "who wrote this", "sum it up", "check my symptoms", "louder", "hello",
]  # fmt: skip
ASIDES = ["is walking good for upper back pain", "what organs can cause upper back pain", "can back pain mean a stroke"]
SIGNS = {
    "i have a fever": Level.URGENT, "it hurts when i breathe in": Level.URGENT, "i had cancer years ago": Level.URGENT,
    "my chest feels tight": Level.EMERGENCY, "i can't feel my legs": Level.EMERGENCY,
    "i've had it for six weeks and it's getting worse": Level.SOON, "i'm pregnant": Level.URGENT,
}  # fmt: skip
LEAVING = ["stop", "goodbye"]

anything = st.lists(st.sampled_from([*CLEAR, *UNCLEAR, *STEERING, *ASIDES, *SIGNS, *LEAVING]), max_size=40)
answering = st.lists(st.sampled_from([*CLEAR * 3, *UNCLEAR, *STEERING[:6], *ASIDES[:1], *SIGNS]), max_size=40)
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def questions(place: str, said: list[str], confidence: float = 1.0) -> Talk:
    """The safety questions with these answers, until they end."""
    talk = Talk(place)
    talk.say("check my symptoms")
    for text in said:
        if talk.replies[-1].expects is None:
            break
        talk.say(text, confidence)
    return talk


@often
@given(st.sampled_from(PLACES), answering)
def test_the_level_never_falls_and_is_never_below_a_sign_that_was_given(place: str, said: list[str]) -> None:
    talk = Talk(place)
    talk.say("check my symptoms")
    reached = 0
    for text in said:
        reply = talk.say(text)
        reached = max(reached, SIGNS.get(text, 0))
        assert (reply.level or 0) >= reached
        reached = max(reached, reply.level or 0)


@often
@given(st.sampled_from(PLACES), answering)
def test_the_questions_end(place: str, said: list[str]) -> None:
    talk = questions(place, [*said, *["no"] * MOST_TURNS])
    assert talk.replies[-1].expects is None
    assert len(talk.replies) <= MOST_TURNS


@often
@given(answering)
def test_no_question_is_put_again_once_it_was_answered(said: list[str]) -> None:
    """Going back and repeating aside, which ask for just that."""
    talk = questions("GB", [text for text in said if text not in ("go back", "repeat", "what")])
    asked = [reply.expects for reply in talk.replies if reply.expects in QUESTIONS]
    changes = [later for earlier, later in pairwise([None, *asked]) if later != earlier]
    assert len(changes) == len(set(changes))
    for question in set(asked):
        unclear = sum(1 for reply in talk.replies if reply.expects == question and _was_unclear(reply))
        assert unclear <= 1


def _was_unclear(reply: Reply) -> bool:
    return reply.sentences[0] in CONTENT.triage.said["unclear"]


@often
@given(st.sampled_from(PLACES), st.lists(st.sampled_from(["no", "nope", "", "purple monkeys", "skip"]), max_size=30))
def test_silence_never_ends_in_self_care(place: str, said: list[str]) -> None:
    talk = questions(place, [*said, "", ""])
    ended_by_silence = talk.replies[-1].sentences[0].startswith("I can't hear you")
    if ended_by_silence:
        assert (talk.replies[-1].level or 0) >= Level.SOON
    talk.say("")
    assert talk.replies[-1].level is not Level.SELF_CARE or not ended_by_silence


@often
@given(st.lists(st.floats(0, 0.59), min_size=20, max_size=20))
def test_answers_that_are_heard_badly_never_give_the_all_clear(confidences: list[float]) -> None:
    talk = Talk("GB")
    talk.say("check my symptoms")
    for confidence in confidences:
        if talk.replies[-1].expects is None:
            break
        talk.say("no", confidence)
    assert talk.replies[-1].expects is None
    assert talk.replies[-1].level is not Level.SELF_CARE


@pytest.mark.parametrize("place", PLACES)
@often
@given(said=anything)
def test_every_reply_can_be_listened_to(place: str, said: list[str]) -> None:
    bans = banned.read(Reader(shipped("responses")))
    talk = Talk(place)
    for text in ["check my symptoms", *said]:
        reply = talk.say(text)
        assert reply.sentences
        assert reply.text.count("?") <= 1
        assert not re.search(r"[{}\d]", reply.text)
        if reply.expects in QUESTIONS and reply.entry is None and text not in ("what does clammy mean", "help"):
            assert len(reply.sentences) <= 4
        for ban in bans:
            if not ban.with_medicine_check:
                assert [word for sentence in reply.sentences for word in ban.found(sentence)] == []
        assert all(len(sentence.split()) <= content_check.MOST_WORDS for sentence in reply.sentences)


@often
@given(answering)
def test_the_safety_questions_speak_two_sentences_at_a_time(said: list[str]) -> None:
    talk = questions("GB", [text for text in said if text not in (*STEERING, *ASIDES)])
    assert all(len(reply.sentences) <= 2 for reply in talk.replies)


@often
@given(anything)
def test_a_reply_never_reads_harder_than_it_should(said: list[str]) -> None:
    grade = content_check.reading_grade()
    if grade is None:
        pytest.skip("textstat is not installed")
    talk = Talk("GB")
    for text in said[:8]:
        reply = talk.say(text)
        if not reply.sentences[0].startswith("In your words"):
            assert grade(reply.text) <= content_check.MOST_GRADE + 1
