"""Turns of a talk, typed: steering, silence, doubt, danger at any time."""

from itertools import pairwise

import pytest
from talk import Talk

from voice_skill.content import shipped_content
from voice_skill.messages import Level

PHRASES = shipped_content().phrases
NO = {"describe": "my upper back aches", "who": "me"}


def told(place: str = "GB", **answers: str) -> Talk:
    """A talk that has come through the safety questions."""
    talk = Talk(place)
    talk.say("check my symptoms")
    talk.answer({**NO, **answers})
    return talk


def asked(question: str, place: str = "GB", **answers: str) -> Talk:
    """A talk in which the safety question ``question`` is open."""
    talk = Talk(place)
    talk.say("check my symptoms")
    while talk.replies[-1].expects != question:
        talk.say({**NO, **answers}.get(talk.replies[-1].expects or "", "no"))
    return talk


def test_the_first_reply_of_a_session_says_what_the_skill_is_and_no_later_one_does() -> None:
    talk = Talk("GB")
    first, later = talk.say("is upper back pain serious"), talk.say("is walking good for it")
    assert "not a doctor" in first.text
    assert "nine nine nine" in first.text
    assert "medical device" not in later.text


def test_nothing_stands_before_the_advice_of_an_emergency() -> None:
    assert Talk("GB").say("i have chest pain").sentences[1].startswith("Call nine nine nine now")


def test_greeting_says_it_all_and_then_the_first_reply_does_not_again() -> None:
    talk = Talk()
    assert "medical device" in talk.greet().text
    assert "medical device" not in talk.say("is walking good for upper back pain").text


def test_the_safety_questions_are_offered_once_a_session() -> None:
    talk = Talk()
    assert talk.say("is walking good for upper back pain").expects == "offer_triage"
    assert talk.say("no thanks").sentences == PHRASES["offer_declined"]
    assert talk.say("what organs can cause upper back pain").expects is None


def test_a_single_question_is_answered_without_an_offer() -> None:
    reply = Talk(session=False).say("is walking good for upper back pain")
    assert reply.expects is None
    assert "?" not in reply.text


def test_yes_to_the_offer_begins_the_questions() -> None:
    talk = Talk()
    talk.say("is walking good for upper back pain")
    assert talk.say("aye go on then").expects == "describe"


@pytest.mark.parametrize("again", ["repeat", "say that again", "pardon", "what did you say", "come again"])
def test_repeat_says_exactly_the_last_thing(again: str) -> None:
    talk = Talk()
    reply = talk.say("is walking good for upper back pain")
    repeated = talk.say(again)
    assert repeated.sentences == reply.sentences
    assert repeated.expects == reply.expects


def test_repeat_after_slower_says_the_answer_and_not_the_acknowledgement() -> None:
    talk = Talk()
    reply = talk.say("is walking good for upper back pain")
    assert talk.say("slower please").delivery.rate < 1
    assert talk.say("say it again").sentences == reply.sentences


def test_the_last_part_again() -> None:
    talk = Talk()
    reply = talk.say("is walking good for upper back pain")
    assert talk.say("say that last part again").sentences == reply.sentences[-1:]


def test_more_and_no_more() -> None:
    talk = Talk()
    talk.say("is walking good for upper back pain")
    more = talk.say("tell me more")
    assert more.entry == "walking"
    assert more.sentences == shipped_content().entries["walking"].more
    assert talk.say("tell me more").sentences[0] == PHRASES["no_more"][0]


def test_shorter_keeps_the_advice() -> None:
    talk = Talk("GB")
    long = talk.say("what organs can cause upper back pain")
    short = talk.say("shorter please")
    assert len(short.sentences) < len(long.sentences)
    assert "nine nine nine" in short.text


@pytest.mark.parametrize("entry", sorted(shipped_content().entries))
def test_the_short_answer_names_no_painkiller(entry: str) -> None:
    first = shipped_content().entries[entry].answer[0]
    assert not any(name in first for name in ("ibuprofen", "naproxen", "{paracetamol}"))


@pytest.mark.parametrize(
    ("command", "factor", "more"),
    [("slower", "rate", False), ("faster", "rate", True), ("louder", "volume", True), ("quieter", "volume", False),
     ("give me more time", "patience", True), ("don't rush me", "patience", True)],
)  # fmt: skip
def test_delivery_is_kept_for_the_session_and_has_limits(command: str, factor: str, more: bool) -> None:
    talk = Talk()
    values = [getattr(talk.say(command).delivery, factor) for _ in range(12)]
    assert (values[0] > 1) is more
    assert 0.2 < values[-1] < 5
    assert getattr(talk.say("is walking good for upper back pain").delivery, factor) == values[-1]
    assert getattr(talk.say("start over").delivery, factor) == values[-1]


def test_silence_says_more_and_then_closes() -> None:
    talk = Talk()
    talk.greet()
    first, second, third = talk.say(""), talk.say(""), talk.say("")
    assert len(second.text) > len(first.text)
    assert (first.done, second.done, third.done) == (False, False, True)
    assert third.level is None


def test_who_wrote_this_names_source_and_date() -> None:
    talk = Talk()
    talk.say("is walking good for upper back pain")
    reply = talk.say("who wrote this")
    assert "NHS" in reply.text
    assert "twenty twenty-six" in reply.text


@pytest.mark.parametrize("question", ["what does myofascial mean", "what is a disc", "define posture"])
def test_medical_words_are_explained(question: str) -> None:
    reply = Talk().say(question)
    assert reply.expects is None
    assert not reply.text.startswith(PHRASES["not_understood"][0])


def test_a_word_is_explained_in_the_middle_of_the_questions() -> None:
    talk = asked("history")
    reply = talk.say("what does immunity mean")
    assert "germs" in reply.text
    assert reply.expects == "history"


@pytest.mark.parametrize(
    ("said", "entry"),
    [("the first", 0), ("the second one", 1), ("the latter", 1), ("yes", 0), ("number two", 1), ("option one", 0)],
)
def test_did_you_mean_is_settled(said: str, entry: int) -> None:
    talk = Talk()
    talk.state = _between(talk, "walking", "treatment")
    assert talk.say(said).entry == ("walking", "treatment")[entry]


@pytest.mark.parametrize(("said", "entry"), [("the walking one", "walking"), ("how it's treated", "treatment")])
def test_did_you_mean_is_settled_by_a_word_of_either(said: str, entry: str) -> None:
    talk = Talk()
    talk.state = _between(talk, "walking", "treatment")
    assert talk.say(said).entry == entry


@pytest.mark.parametrize("said", ["neither", "no", "none of those", "neither of them"])
def test_neither_leads_to_help(said: str) -> None:
    talk = Talk()
    talk.state = _between(talk, "walking", "treatment")
    assert talk.say(said).entry is None


def _between(talk: Talk, first: str, second: str):
    from dataclasses import replace

    return replace(talk.state, asks="did_you_mean", choices=(first, second), introduced=True)


def test_a_sign_heard_badly_is_asked_about_and_a_yes_is_an_emergency() -> None:
    talk = Talk("GB")
    assert talk.say("my back aches", alternatives=("my back aches i have chest pain",)).expects == "confirm_flag"
    assert talk.say("yeah").level is Level.EMERGENCY


@pytest.mark.parametrize("said", ["i'm not sure", "i think so", "aye", "a bit", "maybe"])
def test_doubt_about_a_sign_never_clears_it(said: str) -> None:
    talk = Talk("GB")
    talk.say("my back aches", alternatives=("my back aches i have chest pain",))
    assert talk.say(said).level is Level.EMERGENCY


@pytest.mark.parametrize("said", ["", "purple monkeys fly to the moon"])
def test_silence_and_nonsense_never_clear_a_sign(said: str) -> None:
    talk = Talk("GB")
    talk.say("my back aches", alternatives=("my back aches i have chest pain",))
    assert talk.say(said).expects == "confirm_flag"
    last = talk.say(said)
    assert last.level is Level.SOON
    assert "nine nine nine" in last.text


def test_a_clear_no_clears_a_sign_that_was_misheard() -> None:
    talk = Talk("GB")
    talk.say("my back aches", alternatives=("my back aches i have chest pain",))
    reply = talk.say("no")
    assert reply.sentences == PHRASES["not_said"]
    assert reply.level is None


def test_a_danger_asked_about_in_general_is_asked_back() -> None:
    talk = Talk("GB")
    assert talk.say("can upper back pain mean a heart attack").expects == "happening_now"
    assert talk.say("yes it is").level is Level.EMERGENCY


def test_a_danger_that_is_not_happening_is_no_alarm() -> None:
    talk = Talk("GB")
    talk.say("can upper back pain mean a heart attack")
    assert talk.say("no no just curious").level is not Level.EMERGENCY


EMERGENCY = "i have crushing chest pain"


@pytest.mark.parametrize(
    "said", ["is walking good for upper back pain", "check my symptoms", "", "tell me more", "yes", "thanks", "slower"]
)
def test_an_emergency_ends_everything_else_and_repeats_its_advice(said: str) -> None:
    talk = Talk("GB")
    advice = talk.say(EMERGENCY)
    again = talk.say(said)
    assert advice.sentences[1] in again.sentences, "whom to call"
    assert again.level is Level.EMERGENCY
    assert again.expects is None


@pytest.mark.parametrize("said", ["i have crushing chest pain", "i want to die", "i took too many paracetamol"])
def test_an_emergency_is_pressed_in_other_words_and_then_told_whole_again(said: str) -> None:
    """The same words at each turn are no longer listened to."""
    talk = Talk("GB")
    advice = talk.say(said)
    again = [talk.say("okay").sentences for _ in range(4)]
    assert all(earlier != later for earlier, later in pairwise([advice.sentences, *again]))
    assert all(advice.sentences[1] in sentences for sentences in again)
    assert advice.sentences in again


@pytest.mark.parametrize(
    "said", [["my husband is having chest pains"], ["check my symptoms", "my wife has a sore back", "yes", "", ""]]
)
def test_a_helper_is_not_told_to_keep_from_driving(said: str) -> None:
    talk = Talk("GB")
    for text in said:
        talk.say(text)
    text = " ".join(reply.text for reply in talk.replies)
    assert "whoever is ill must not drive" in text
    assert "yourself" not in text
    assert "Stay with them" in talk.say("i've called them").text


def test_all_advice_that_speaks_of_driving_has_words_for_a_helper() -> None:
    spoken = [sentence for flag in shipped_content().flags.values() for sentence in flag.emergency_advice]
    driving = {sentence for sentence in (*spoken, *PHRASES["emergency"]) if "yourself" in sentence}
    assert driving
    assert driving <= set(PHRASES["to_the_ill"])
    assert len(PHRASES["to_the_ill"]) == len(PHRASES["to_a_helper"])


@pytest.mark.parametrize(
    "told", ["my child is seven and has upper back pain", "my son is nine and his back hurts", "my girl is ten"]
)
@pytest.mark.parametrize("asked", ["what is the treatment for upper back pain", "check my symptoms", "tell me more"])
def test_a_child_is_not_forgotten(told: str, asked: str) -> None:
    talk = Talk("GB")
    talk.say(told)
    reply = talk.say(asked)
    assert reply.level is Level.URGENT
    assert reply.entry is None
    assert reply.expects is None
    talk.say("start over")
    assert talk.say("what is the treatment for upper back pain").entry == "treatment"


def test_who_lifts_a_child_is_no_child() -> None:
    assert Talk("GB").say("my grandson is four and i hurt my upper back when i lift him").level is not Level.URGENT


def test_a_child_told_of_among_the_questions_is_not_forgotten() -> None:
    talk = Talk("GB")
    for text in ("check my symptoms", "a sore back", "my little boy", "is walking good for upper back pain"):
        talk.say(text)
    assert talk.replies[-1].entry is None
    assert talk.say("he can't feel his legs").level is Level.EMERGENCY


@pytest.mark.parametrize(
    "steps", [["keep it short", "{asked}"], ["{asked}", "shorter"], ["{asked}", "what do you mean"]]
)
def test_the_medicine_check_is_not_cut_short(steps: list[str]) -> None:
    talk = Talk("GB")
    for step in steps:
        talk.say(step.format(asked="what is the treatment for upper back pain"))
    assert set(PHRASES["medicine_check_short"]) <= set(talk.replies[-1].sentences)


def test_an_offer_stays_open_while_the_answer_is_put_in_other_words() -> None:
    talk = Talk("GB")
    talk.say("is walking good for upper back pain")
    talk.say("what do you mean")
    assert talk.say("yes please").expects == "describe"


@pytest.mark.parametrize("said", ["what do you mean", "i don't understand"])
def test_who_did_not_understand_hears_it_in_other_words(said: str) -> None:
    talk = Talk("GB")
    reply = talk.say("is walking good for upper back pain")
    again = talk.say(said)
    assert again.entry == reply.entry
    assert again.sentences != reply.sentences
    assert again.sentences[-1] in reply.sentences, "the advice"


def test_once_help_is_coming_questions_are_answered_again_at_the_same_level() -> None:
    talk = Talk("GB")
    talk.say(EMERGENCY)
    assert talk.say("i've called them").sentences[0] == PHRASES["getting_help"][0]
    reply = talk.say("is walking good for upper back pain")
    assert reply.entry == "walking"
    assert reply.level is Level.EMERGENCY


def test_a_new_emergency_is_told_even_when_help_is_coming() -> None:
    talk = Talk("GB")
    talk.say(EMERGENCY)
    talk.say("the ambulance is on its way")
    assert "nine nine nine" in talk.say("now my legs have gone numb").text


def test_start_over_forgets_an_emergency_but_not_without_a_word() -> None:
    talk = Talk("GB")
    talk.say(EMERGENCY)
    reply = talk.say("start over")
    assert reply.level is None
    assert "nine nine nine" in reply.text


def test_a_soft_sign_gets_its_advice_and_the_offer() -> None:
    reply = Talk("US").say("i have had a fever and my upper back hurts")
    assert reply.level is Level.URGENT
    assert reply.expects == "offer_triage"


def test_signs_of_two_turns_are_weighed_together() -> None:
    talk = Talk()
    assert talk.say("it hurts when i breathe in").level is Level.URGENT
    talk.say("i fainted earlier")
    assert {flag.level for flag in talk.state.flags} == {Level.EMERGENCY}


def test_the_rule_of_britain_for_the_top_of_the_back() -> None:
    britain, elsewhere = Talk("GB"), Talk("US")
    question = "how do you relieve pain between my shoulder blades"
    assert britain.say(question).level is Level.URGENT
    assert "GP" in britain.replies[-1].text
    assert elsewhere.say(question).level is Level.SELF_CARE


def test_night_pain_is_urgent_in_britain_alone() -> None:
    said = "my upper back pain wakes me up every night"
    assert Talk("GB").say(said).level is Level.URGENT
    assert Talk("US").say(said).level is Level.SOON


def test_unknown_place_names_no_number() -> None:
    talk = Talk("Atlantis")
    talk.say(EMERGENCY)
    assert "your local emergency number" in talk.replies[-1].text
