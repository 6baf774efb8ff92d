"""The safety questions: order, early ends, what clears and what does not."""

import pytest
from test_conversation import NO, asked, told

from voice_skill.content import shipped_content
from voice_skill.messages import Level

SAID = shipped_content().triage.said
QUESTIONS = shipped_content().triage.questions
TO_SEVEN = ("chest", "breath", "sudden", "limbs", "pee_numb", "tummy")


def test_all_clear_asks_the_ten_questions_in_order() -> None:
    talk = told()
    assert [reply.expects for reply in talk.replies[:-1]] == [
        "describe", "who", "chest", "breath", "sudden", "accident", "limbs", "pee_numb", "tummy", "infection",
        "history", "pattern",
    ]  # fmt: skip
    assert talk.replies[-1].level is Level.SELF_CARE


@pytest.mark.parametrize("question", TO_SEVEN)
@pytest.mark.parametrize("answer", ["not sure", "skip", "yes and no", "no idea"])
def test_doubt_never_clears_the_first_seven(question: str, answer: str) -> None:
    level = told(**{question: answer}).replies[-1].level
    assert level is not None
    assert level >= Level.URGENT


@pytest.mark.parametrize("answer", ["not sure", "skip", "yes and no", "no idea", "yes"])
def test_doubt_about_an_accident_is_asked_further(answer: str) -> None:
    talk = told(accident=answer)
    assert {"accident_big", "bones"} <= {reply.expects for reply in talk.replies}


@pytest.mark.parametrize("question", ["chest", "breath", "sudden", "limbs", "pee_numb"])
def test_an_emergency_ends_the_questions_at_once(question: str) -> None:
    talk = told(**{question: "yes"})
    assert talk.replies[-2].expects == question
    assert talk.replies[-1].level is Level.EMERGENCY
    assert "I can't call for you" in talk.replies[-1].text


@pytest.mark.parametrize("question", ["chest", "breath", "sudden", "limbs", "pee_numb"])
def test_a_no_that_was_heard_badly_is_asked_again(question: str) -> None:
    talk = asked(question)
    assert talk.say("no", confidence=0.3).expects == question
    assert talk.say("no").expects not in (question, None)


def test_a_no_that_another_hypothesis_contradicts_is_asked_again() -> None:
    talk = asked("chest")
    assert talk.say("no", alternatives=("no just pressure",)).expects == "chest"


def test_an_urgent_answer_is_held_until_no_question_can_make_it_an_emergency() -> None:
    talk = told(tummy="there's blood in my pee", tummy_severe="no")
    assert [reply.expects for reply in talk.replies[-3:]] == ["tummy_severe", "infection", None]
    assert talk.replies[-1].level is Level.URGENT


def test_what_was_told_at_first_is_not_asked() -> None:
    talk = told(describe="i have had a fever and my upper back hurts")
    asked_for = [reply.expects for reply in talk.replies]
    assert "infection" not in asked_for
    assert "confused" in asked_for
    assert talk.replies[-1].level is Level.URGENT


@pytest.mark.parametrize(
    "said", ["back", "my back", "hello", "thanks", "should i see a doctor about my back", "no", "yes"]
)
def test_anything_is_a_description(said: str) -> None:
    assert asked("describe").say(said).expects == "who"


def test_a_red_flag_in_the_description_wins() -> None:
    talk = told(describe="my back hurts and i can't breathe")
    assert len(talk.replies) == 2
    assert talk.replies[-1].level is Level.EMERGENCY


def test_silence_is_asked_again_shorter_and_then_ends_without_an_all_clear() -> None:
    for question in [name for name in QUESTIONS if not QUESTIONS[name].after]:
        talk = asked(question)
        first = talk.say("")
        assert first.expects == question
        assert len(first.text) <= len(talk.replies[-2].text)
        last = talk.say("")
        assert last.expects is None
        assert last.done
        assert last.level is Level.SOON
        assert "nine nine nine" in last.text


def test_stop_says_that_it_is_not_the_all_clear() -> None:
    last = asked("limbs").say("stop")
    assert "can't say it's safe" in last.text
    assert "nine nine nine" in last.text
    assert last.level is Level.SOON


def test_stop_after_an_urgent_answer_gives_the_urgent_advice() -> None:
    talk = asked("infection", tummy="yes", tummy_severe="no")
    last = talk.say("stop asking me questions")
    assert last.level is Level.URGENT
    assert "GP" in last.text


def test_a_question_in_the_middle_is_answered_and_the_questions_go_on() -> None:
    talk = asked("limbs")
    reply = talk.say("is walking good for upper back pain")
    assert reply.entry == "walking"
    assert reply.expects == "limbs"
    assert reply.text.count("?") == 1
    assert talk.say("no").expects == "pee_numb"


def test_what_do_you_mean_rewords_and_why_gives_the_reason() -> None:
    talk = asked("chest")
    question = talk.replies[-1].sentences[-1]
    assert talk.say("what do you mean").sentences[-1] != question
    assert talk.say("what's that got to do with it").sentences[0] == SAID["reason"][0]
    assert talk.replies[-1].expects == "chest"


def test_go_back_takes_an_answer_back_but_lowers_nothing() -> None:
    talk = asked("infection", tummy="yes", tummy_severe="no")
    assert talk.say("go back").expects == "tummy_severe"
    assert talk.say("no").expects == "infection"
    assert talk.answer({}).level is Level.URGENT


@pytest.mark.parametrize("question", TO_SEVEN)
def test_noise_is_asked_three_ways_before_it_counts_as_not_sure(question: str) -> None:
    """Two scraps of a radio led to an ambulance."""
    talk = asked(question)
    ways = [talk.replies[-1].sentences[-1], *(talk.say("purple monkeys").sentences[-1] for _ in range(2))]
    assert len(set(ways)) == 3
    assert talk.replies[-1].expects == question
    assert talk.say("purple monkeys").expects != question
    assert talk.state.level is not None
    assert talk.state.level >= Level.URGENT or question == "tummy"


def test_a_child_is_for_the_doctor_today() -> None:
    last = told(who="it's my eight year old").replies[-1]
    assert last.level is Level.URGENT
    assert "child" in last.text


def test_somebody_else_is_spoken_of_as_they() -> None:
    talk = asked("chest", describe="my husband has a sore upper back")
    assert " they " in talk.replies[-1].text
    assert "who" not in [reply.expects for reply in talk.replies]


def test_results_come_in_short_turns_that_silence_brings() -> None:
    talk = told()
    assert talk.replies[-1].goes_on
    second, third = talk.say(""), talk.say("okay")
    assert "can't examine you" in second.text
    assert "two weeks" in third.text
    assert not third.goes_on


def test_the_summary_tells_what_was_said() -> None:
    talk = told(history="i had breast cancer", pattern="yes")
    summary = talk.say("what should i tell the doctor")
    assert "my upper back aches" in summary.text
    assert "cancer" in summary.text


def test_signs_that_no_question_asks_about_count() -> None:
    assert told(describe="i'm pregnant and my upper back hurts").replies[-1].level is Level.URGENT


def test_the_questions_end_whatever_is_said() -> None:
    talk = asked("chest")
    for _ in range(25):
        if talk.replies[-1].expects is None:
            break
        talk.say("is walking good for upper back pain")
    assert talk.replies[-1].expects is None
    assert talk.replies[-1].level is Level.SOON


def test_weight_loss_alone_is_soon_and_urgent_in_britain() -> None:
    answers = {**NO, "history": "i've lost a lot of weight without trying"}
    assert told("US", **answers).replies[-1].level is Level.SOON
    assert told("GB", **answers).replies[-1].level is Level.URGENT


def test_the_top_of_the_back_is_urgent_in_britain() -> None:
    answers = {"describe": "it aches between my shoulder blades"}
    assert told("GB", **answers).replies[-1].level is Level.URGENT
    assert told("US", **answers).replies[-1].level is Level.SELF_CARE
