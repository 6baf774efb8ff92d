"""Single utterances: short ones that interrupt, and long ones with pauses."""

import numpy as np
import pytest
from make import Espeak

from voice_skill.content import shipped_content
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.models import find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.live.ears import Ears, Likely, Partial, Said
from voice_skill.live.patience import Patience
from voice_skill.messages import Understanding

RECOGNISER = Recogniser(find_model(None).folder)


def ears_that(talk: bool) -> Ears:
    ears = Ears(RECOGNISER, Understanding, Patience(endings=shipped_content().listening.unfinished))
    ears.awake, ears.talking = True, talk
    return ears


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


@pytest.mark.parametrize("word", ["stop", "wait", "repeat"])
@pytest.mark.parametrize("voice", ["gmw/en-US", "gmw/en+f2", "gmw/en-GB-x-rp"])
def test_a_word_that_interrupts_is_known_before_the_silence_would_end_a_turn(
    espeak: Espeak, word: str, voice: str
) -> None:
    ears = ears_that(talk=True)
    spoken = espeak.say(word, voice, 150)
    end = len(spoken) + SAMPLE_RATE // 2
    sound = np.concatenate([silence(0.5), spoken, silence(2)])
    known = []
    for at in range(0, len(sound), 512):
        for heard in ears.accept(sound[at : at + 512]):
            text = (
                heard.text
                if isinstance(heard, Partial)
                else heard.heard.transcript.text
                if isinstance(heard, Likely)
                else ""
            )
            if text == word:
                known.append((at + 512 - end) / SAMPLE_RATE)
    assert known
    assert known[0] < 0.3  # of sound, however long the machine takes


def test_a_long_utterance_with_pauses_is_one_turn_with_all_its_words(espeak: Espeak) -> None:
    ears = ears_that(talk=False)
    parts = ["my upper back hurts and", "it began when i was lifting a box and", "now it is stiff in the morning and",
             "i can not turn my head"]  # fmt: skip
    sound = np.concatenate([np.concatenate([espeak.say(part, "gmw/en-US", 130), silence(0.7)]) for part in parts])
    said = [one for one in ears.accept(np.concatenate([silence(0.5), sound, silence(2)])) if isinstance(one, Said)]
    assert len(said) == 1
    words = said[0].heard.transcript
    for word in ("upper", "lifting", "stiff", "head"):
        assert word in words.text
    starts = [word.start for word in words.words]
    assert starts == sorted(starts), "times run through the whole utterance"
    assert starts[-1] > 6
