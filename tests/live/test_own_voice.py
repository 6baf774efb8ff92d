"""Words that the skill says itself are left out, and only those, only when it says them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.live.own_voice import OwnVoice
from voice_skill.messages import Transcript, Word
from voice_skill.speak.playback import Said
from voice_skill.speak.speech import Speech

RATE = 16_000
SENTENCE = "Call nine nine nine for chest pain or trouble breathing"


def said(text: str = SENTENCE, began: float = 10.0, seconds: float = 4.0) -> Said:
    return Said(Speech(np.zeros(int(seconds * RATE), np.int16), RATE, text), began, began + seconds)


def heard(text: str, seconds: float = 4.0) -> Transcript:
    """Words at even distances."""
    words = text.split()
    step = seconds / max(1, len(words))
    return Transcript(text, words=tuple(Word(word, at * step, (at + 1) * step, 1.0) for at, word in enumerate(words)))


def test_its_own_sentence_is_no_person() -> None:
    own = OwnVoice(lambda: [said()])
    assert own.without(heard(SENTENCE.lower()), 10.1, 14.5).text == ""
    assert own.without(heard("call nine nine line for chess pain or trouble breeding"), 10.1, 14.5).text == ""


def test_an_echo_that_lost_its_end_is_no_person() -> None:
    # "Trouble peeing", heard as "able to pee", was asked about as if a person had said it.
    own = OwnVoice(lambda: [said("Call nine nine nine for weak or numb legs, or trouble peeing.")])
    assert "pee" not in own.without(heard("able to pee", 1.0), 13.2, 14.5).text.split()


def test_two_words_heard_as_one_are_no_person() -> None:
    # "I am not a doctor", heard as "i'm not a doctor", left "i'm", which is a yes, and the skill cut itself off.
    own = OwnVoice(lambda: [said("I give general facts, and I am not a doctor.")])
    text = "i give general facts and i'm not a doctor"
    assert own.without(heard(text), 10.1, 14.5).text == ""
    assert own.without(Transcript(text), 10.1, 14.5).text == ""


def test_an_interruption_is_left() -> None:
    own = OwnVoice(lambda: [said()])
    assert own.without(heard("call nine nine nine stop for chest", 2.8), 10.1, 13.0).text == "stop"


def test_the_same_words_a_moment_later_are_a_person() -> None:
    own = OwnVoice(lambda: [said()])
    assert own.without(heard("i have chest pain", 1.5), 14.6, 16.5).text == "i have chest pain"
    assert own.without(heard("nine nine nine", 1.0), 15.0, 16.5).text == "nine nine nine"


def test_nothing_said_after_it_was_cut_off_is_its_own() -> None:
    cut = Said(said().speech, 10.0, 11.0)
    own = OwnVoice(lambda: [cut])
    assert own.without(heard("chest pain", 1.0), 12.5, 14.0).text == "chest pain"
    assert not own.sounding(12.5)


@given(text=st.lists(st.sampled_from([*SENTENCE.lower().split(), "stop", "help", "yes"]), max_size=8).map(" ".join))
def test_what_is_left_was_heard_in_that_order(text: str) -> None:
    own = OwnVoice(lambda: [said()])
    left = iter(text.split())
    assert all(word in left for word in own.without(heard(text), 10.0, 14.0).text.split())


@given(text=st.text(alphabet="abc ", max_size=12))
def test_silence_of_its_own_changes_nothing(text: str) -> None:
    assert OwnVoice(lambda: []).without(heard(text), 0.0, 5.0) == heard(text)
