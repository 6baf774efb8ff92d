"""What steers a talk, in the words of people: answers to the safety questions, and commands."""

import csv
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.messages import Transcript
from voice_skill.understand import Understander
from voice_skill.understand.commands import Commands

COMMANDS = Commands(shipped_content())
UNSURE = ("unsure", "skip")
ENOUGH = 0.95
"""Of the answers that were written while the wordings were. Others do worse: see the README."""
LEAST = 0.55
"""Of answers that were kept aside: measured three times, and read once."""


@cache
def answers(file: str = "answers.tsv") -> list[tuple[str, str, str]]:
    """Open question, what is meant, and how it is said."""
    with (Path(__file__).parent / file).open(encoding="utf-8", newline="") as lines:
        return [(row["asks"], row["expect"], row["text"]) for row in csv.DictReader(lines, delimiter="\t")]


@pytest.mark.parametrize("file", ["answers.tsv", "answers_held_out.tsv", "answers_aloud.tsv"])
def test_no_yes_and_no_doubt_is_taken_for_a_no(file: str) -> None:
    """A "no" clears a danger sign, so this must hold for every one."""
    taken = [(asks, text) for asks, meant, text in answers(file) if meant != "no" and COMMANDS.find(text, asks) == "no"]
    assert taken == []


def share_understood(file: str) -> float:
    """Of the answers in ``file``; the others are asked again."""
    found = [(meant, COMMANDS.find(text, asks)) for asks, meant, text in answers(file)]
    return sum(one == other or (one == "unsure" and other in UNSURE) for one, other in found) / len(found)


def test_answers_are_understood_as_they_are_meant() -> None:
    assert share_understood("answers.tsv") >= ENOUGH


def test_answers_kept_aside_are_mostly_understood_at_once() -> None:
    """They were measured three times and read once. ``pytest -s -k kept_aside`` prints the figure."""
    share = share_understood("answers_held_out.tsv")
    print(f"\n{share:.0%} of {len(answers('answers_held_out.tsv'))} understood at once, the others asked again")
    assert share >= LEAST


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("repeat that please", "repeat"), ("sorry what was that", "repeat"), ("could you say that again", "repeat"),
        ("say the last bit again", "repeat_last"), ("tell me more", "more"), ("keep it short", "shorter"),
        ("could you speak a bit slower please", "slower"), ("you're going too fast", "slower"),
        ("speed up", "faster"), ("speak up", "louder"), ("you're too loud", "quieter"), ("turn it down", "quieter"),
        ("give me more time", "more_time"), ("don't rush me", "more_time"), ("stop", "stop"), ("that's enough", "stop"),
        ("let's start over", "start_over"), ("go back", "go_back"), ("cheers mate", "thanks"), ("goodbye", "goodbye"),
        ("what can i ask you", "help"), ("who wrote this", "who_wrote"), ("what is a disc", "meaning"),
        ("what should i tell the doctor", "what_to_tell"), ("check my symptoms", "check_symptoms"),
        ("my back aches should i see a doctor", "check_symptoms"), ("i've called them", "getting_help"),
        ("help is coming", "getting_help"), ("the ambulance is on its way", "getting_help"), ("stopp", None),
    ],
)  # fmt: skip
def test_commands(text: str, command: str | None) -> None:
    assert COMMANDS.find(text) == command


@pytest.mark.parametrize(
    "text", ["stop the pain", "how do i stop it hurting", "is more exercise good", "should i call an ambulance",
             "i haven't called them", "does slower walking help", "what should i do about my back"],
)  # fmt: skip
def test_a_question_is_no_command(text: str) -> None:
    assert COMMANDS.find(text) not in ("stop", "more", "getting_help", "slower")


@pytest.mark.parametrize(
    ("text", "command"),
    [("what do you mean", "what_do_you_mean"), ("why do you ask", "why"), ("skip", "skip"), ("next question", "skip"),
     ("hang on a sec", "wait"), ("what's that got to do with it", "why"), ("that's private", "skip")],
)  # fmt: skip
def test_while_a_question_is_open(text: str, command: str) -> None:
    assert COMMANDS.find(text, "limbs") == command


@pytest.mark.parametrize("text", ["why not", "go for it", "please", "sure", "yes please", "okay then", "might as well"])
def test_an_offer_is_taken(text: str) -> None:
    assert COMMANDS.find(text, "offer_triage") == "yes"


@pytest.mark.parametrize("text", ["why not", "go for it", "okay"])
def test_what_takes_an_offer_answers_no_safety_question(text: str) -> None:
    assert COMMANDS.find(text, "chest") not in ("yes", "no")


DANGERS = ["confirm_flag", "happening_now", "chest", "breath", "sudden", "accident", "limbs", "pee_numb", "tummy"]
DENIED = ["no", "nope", "nah", "not at all", "none of that", "no i don't", "i don't think so", "not really"]
CORRECTED = [
    "", "wait", "sorry", "actually", "hang on", "hold on a second", "i mean", "scratch that", "well", "oh", "um", "hmm",
    "my mistake", "on second thoughts", "now i think about it", "i was wrong", "but", "although",
    "come to think of it", "oops", "no wait", "no sorry",
]  # fmt: skip
AFFIRMED = [
    "yes", "yeah", "i do", "i have", "it does", "it is", "they are", "there is", "she has", "i am", "i do have that",
    "i do a bit", "it does now", "that's a yes", "make that a yes", "yes i do", "i think i do", "i meant yes",
    "my arm does", "maybe", "i have now you say it", "they did", "i suppose i do",
]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(*map(st.sampled_from, (DENIED, CORRECTED, AFFIRMED, DANGERS)))
def test_a_no_that_is_taken_back_clears_nothing(denied: str, corrected: str, affirmed: str, asks: str) -> None:
    """Whatever comes before "I do" was not heard as taking the no back: most were, "wait" and "sorry" were not."""
    assert COMMANDS.find(f"{denied} {corrected} {affirmed}", asks) != "no"


@settings(max_examples=100, deadline=None)
@given(*map(st.sampled_from, (["yes", "yeah", "i do"], CORRECTED[1:19], ["no", "no i don't", "nope"], DANGERS)))
def test_a_yes_that_is_taken_back_clears_nothing(affirmed: str, corrected: str, denied: str, asks: str) -> None:
    assert COMMANDS.find(f"{affirmed} {corrected} {denied}", asks) != "no"


@pytest.mark.parametrize("text", ["no i don't think it is", "no not that i have", "no none of that it never did", "no"])
def test_a_denial_that_ends_as_one_taken_back_does_is_still_a_no(text: str) -> None:
    assert COMMANDS.find(text, "chest") == "no"


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        ("breath", "no panting like an old dog"), ("breath", "no can't fill my lungs"), ("breath", "no very faint"),
        ("limbs", "no can't feel my feet"), ("limbs", "no legs gone to sleep"), ("limbs", "no arms like lead"),
        ("chest", "no like a brick on my chest"), ("chest", "no heavy in the chest"), ("chest", "no chest feels tight"),
    ],
)  # fmt: skip
def test_a_sentence_that_no_no_stands_before_is_asked_again(asks: str, text: str) -> None:
    """A "now" or an "oh" in front of a symptom is heard as a "no"."""
    assert COMMANDS.find(text, asks) != "no"


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        ("chest", "no just the left arm"), ("chest", "no the doctor says it's my heart"),
        ("chest", "no it was earlier"),
        ("breath", "no I keep having to sit down"), ("breath", "no my lips went blue"), ("breath", "no only pink spit"),
        ("limbs", "no just the one leg"), ("limbs", "no I need a stick now"), ("tummy", "no it beats under my hand"),
        ("pee_numb", "no I have to push"), ("pee_numb", "no not been able to go"),
        ("sudden", "no one second I was fine"),
        ("accident", "no only off a ladder"), ("chest", "no longer"), ("chest", "no not since I took my spray"),
    ],
)  # fmt: skip
def test_a_no_that_goes_on_to_tell_something_is_asked_again(asks: str, text: str) -> None:
    """None of these names anything in the lists of its question, which can never be complete."""
    assert COMMANDS.find(text, asks) != "no"


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        ("breath", "no breathing problems"), ("breath", "no shortness of breath"), ("limbs", "no weakness at all"),
        ("limbs", "no my arms are fine"), ("chest", "no chest pain"), ("chest", "no pain like that"),
        ("chest", "no really"), ("chest", "no sorry"), ("sudden", "no it came on slowly"), ("chest", "no just my back"),
    ],
)  # fmt: skip
def test_a_no_before_what_is_denied_stands(asks: str, text: str) -> None:
    assert COMMANDS.find(text, asks) == "no"


def test_a_no_that_another_hypothesis_contradicts_is_none() -> None:
    assert COMMANDS.find_in(["no", "no just pressure"], "chest") is None
    assert COMMANDS.find_in(["no", "pressure"], "chest") is None
    assert COMMANDS.find_in(["no", "no feeling"], "limbs") is None
    assert COMMANDS.find_in(["no", "yeah"], "chest") is None
    assert COMMANDS.find_in(["no", "know"], "chest") == "no"


@pytest.mark.parametrize("asks", ["chest", "breath", "sudden", "limbs", "pee_numb", "tummy"])
def test_a_breath_after_a_plain_no_does_not_contradict_it(asks: str) -> None:
    """The recogniser offers the end of a spoken "no" as one more word."""
    assert COMMANDS.find_in(["no", "know", "no no", "no lie", "no yeah"], asks) == "no"


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        ("limbs", "not numb, they just won't listen to me"), ("limbs", "no pain, my fingers keep missing the buttons"),
        ("accident", "not an accident, he pushed me"), ("pee_numb", "no trouble, they put a tube in"),
        ("sudden", "not gradual, it was there from one minute to the next"), ("sudden", "not slowly no"),
        ("breath", "not breathless, I just can't fill my lungs"), ("limbs", "none of that except my left hand"),
        ("pattern", "it was getting better every day but not any more"), ("pattern", "it isn't easier every day"),
    ],
)  # fmt: skip
def test_one_thing_denied_and_another_stated_is_no_denial(asks: str, text: str) -> None:
    assert COMMANDS.find(text, asks) != "no"


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        ("limbs", "not weak, I'm fine"), ("breath", "not breathless, I'm breathing fine"), ("chest", "neither"),
        ("infection", "not hot, not cold, not spotty"), ("infection", "no temperature, no rash, no operations"),
        ("accident", "no falls, I just woke up with it"), ("limbs", "everything moves just like it should"),
    ],
)  # fmt: skip
def test_one_thing_denied_and_the_rest_well_is_a_no(asks: str, text: str) -> None:
    assert COMMANDS.find(text, asks) == "no"


@pytest.mark.parametrize("text", ["it's embarrassing but yeah", "I do get that thump thump in there, yes"])
def test_a_yes_at_last_counts(text: str) -> None:
    assert COMMANDS.find(text, "pee_numb") == "yes"


NAYS = ["no", "nope", "nah", "not at all", "no no"]
SYMPTOMS = ["my chest feels tight", "a bit of pressure in my chest", "it goes down my left arm", "some tightness"]


@given(st.sampled_from(NAYS), st.sampled_from(["but", "just", "well", "only", "except", "more like"]),
       st.sampled_from(SYMPTOMS))  # fmt: skip
def test_a_symptom_after_a_turn_is_never_a_no(nay: str, turn: str, symptom: str) -> None:
    assert COMMANDS.find(f"{nay} {turn} {symptom}", "chest") != "no"


@given(st.text(max_size=80), st.sampled_from([None, *shipped_content().triage.questions]))
def test_any_text_is_read(text: str, asks: str | None) -> None:
    found = COMMANDS.find(text, asks)
    assert found is None or found.isidentifier()


def test_no_command_said_whole_is_taken_for_a_question() -> None:
    """More lines about doctors made "what should I tell the doctor" as likely a question as many questions are."""
    content = shipped_content()
    understander = Understander(content)
    said = sorted({text for texts in content.commands.commands.values() for text in texts})
    assert said
    assert [text for text in said if understander.understand(Transcript(text)).match] == []


@pytest.mark.parametrize("end", ["no wait i do", "oh wait yes i do actually"])
def test_a_no_taken_back_after_a_long_ramble_is_no_no(end: str) -> None:
    """Only sixty words were read, and what took the "no" back stood behind them."""
    ramble = "it is just my upper back you know from the desk and the chair " * 5
    assert COMMANDS.find(f"no {ramble} {end}", "chest") != "no"
