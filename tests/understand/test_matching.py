"""Matching: the right entry for what people say, and none for what is not asked here."""

import csv
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.messages import Transcript, Understanding
from voice_skill.understand import Understander

UTTERANCES = Path(__file__).parent.parent / "utterances"
WORDINGS = UTTERANCES / "in_scope.tsv"
"""Ways to ask that are not among the phrases."""
ENTRIES = sorted(shipped_content().entries)
PHRASES = [(phrase, name) for name, entry in shipped_content().entries.items() for phrase in entry.phrases]


UNDERSTANDER = Understander(shipped_content())
"""For property tests, which take no fixtures of a module."""


def understand(text: str, *alternatives: str) -> Understanding:
    return UNDERSTANDER.understand(Transcript(text, alternatives=alternatives))


def guess(meaning: Understanding) -> str | None:
    """The entry thought likeliest, answered or not."""
    best = meaning.match or meaning.runner_up
    return best.entry if best else None


def rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["text"], row["expect"].replace(" ", "").split(",")


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_understood_without_a_fault(text: str) -> None:
    meaning = understand(text)
    for match in (meaning.match, meaning.runner_up):
        if match is not None:
            assert 0 <= match.score <= 1
            assert 0 <= match.margin <= match.score
            assert match.entry in ENTRIES


@settings(deadline=None)
@given(st.lists(st.sampled_from(" ".join(phrase for phrase, _ in PHRASES).split()), max_size=60))
def test_match_and_choices_exclude_each_other(words: list[str]) -> None:
    meaning = understand(" ".join(words))
    assert not (meaning.match and meaning.choices)
    assert len(meaning.choices) in (0, 2)
    if meaning.match and meaning.runner_up:
        assert meaning.match.score >= meaning.runner_up.score


@pytest.mark.parametrize("entry", ENTRIES)
def test_phrases_find_their_own_entry(entry: str) -> None:
    wrong = [phrase for phrase, name in PHRASES if name == entry and guess(understand(phrase)) != entry]
    assert len(wrong) <= 4, wrong


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(PHRASES),
    st.sampled_from(["", "hello ", "um ", "excuse me ", "hi there, please can you tell me, ", "I was wondering, "]),
    st.sampled_from(["", " please", " thanks", " thank you", "?", "...", " then"]),
)
def test_politeness_changes_nothing(phrase: tuple[str, str], before: str, after: str) -> None:
    assert guess(understand(before + phrase[0] + after)) == guess(understand(phrase[0]))


@settings(deadline=None)
@given(st.sampled_from(PHRASES), st.sampled_from([str.upper, str.title, string.capwords]))
def test_case_and_marks_do_not_matter(phrase: tuple[str, str], case) -> None:
    assert understand(case(phrase[0]) + "!").match == understand(phrase[0]).match


@pytest.mark.parametrize("text", ["", " ", "\n", "?", "...", "the", "um", "huh"])
def test_nothing_said_means_nothing(text: str) -> None:
    meaning = understand(text)
    assert (meaning.match, meaning.runner_up, meaning.choices) == (None, None, ())


@pytest.mark.parametrize(
    "text",
    [
        "Can chiropractors help with fibromyalgia?",
        "Does CPR count as continuing education for physical therapists in PA?",
        "what causes thunder",
        "is it serious that my car makes noise",
        "what is the most popular airline",
        "how do I get to the station",
    ],
)
def test_noise_is_refused(text: str) -> None:
    assert understand(text).match is None


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("is it serious", "serious"),
        ("what organs can cause it", "organs"),
        ("will physio help", "physio_how"),
        ("what can I take for it", "treatment"),
        ("what does it mean", "indicate"),
        ("is walking any good", "walking"),
        ("what usually causes it", "common_cause"),
    ],
)
def test_follow_ups_need_no_topic(text: str, entry: str) -> None:
    match = understand(text).match
    assert match is not None
    assert match.entry == entry


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        # The place by other names.
        ("my blades are stiff and sore what causes that", "between_blades_cause"),
        ("how do I ease a knot between the blades", "relieve_between_blades"),
        ("is a stiff top back serious", "serious"),
        ("it aches from the neck down to the ribs at the back, what does that mean", "indicate"),
        # Who gives is no cause.
        ("what does the doctor normally give you for a sore upper back", "treatment"),
        ("what would they give me at the hospital for upper back pain", "treatment"),
        ("what might give you a pain in the upper back", "common_cause"),
        # A thing that is asked for, and the same thing blamed.
        ("which pillow would be best for my upper back pain", "treatment"),
        ("could a soft mattress be why my upper back hurts", "common_cause"),
        # What went before is no question.
        ("I was lifting furniture on Sunday and my upper back is sore, what should I do", "treatment"),
        ("after moving house my upper back hurts, is that serious", "serious"),
        # A long story of other things.
        (
            "my cousin swears by some fellow in Cork, but I'd sooner hear what a physio would do with my back",
            "physio_how",
        ),
        ("I do the flowers for three chapels and my upper back complains, is a swim any good for it", "walking"),
        ("a row in the canteen, half of them said spine and half said muscle, so how do you tell", "muscle_or_spine"),
        # The back alone, with nothing else named, is the one that is asked about.
        ("does a tablet help with back pain", "treatment"),
        ("is it safe to run with a sore back", "walking"),
    ],
)
def test_the_place_and_the_question_are_told_from_the_story(text: str, entry: str) -> None:
    match = understand(text).match
    assert match is not None
    assert match.entry == entry


@pytest.mark.parametrize(
    "text",
    [
        # One mended word is no topic: "wrinkles" is near "ankles", "Romulan" near to nothing asked here.
        "what's the usual cause of wrinkles in a shirt",
        "say hello in romulan",
        "how do you get a drawer to stay shut",
        # Exercise that is told of.
        "I go to the gym most days",
        "I play tennis on Saturdays",
        "we went swimming at the weekend",
        # Blades and backs that are no part of a body.
        "how do you sharpen the blades of hedge clippers",
        "which blades fit this jigsaw",
        "scroll back up to the top",
        "could you call back later",
        # Things that hurt nobody.
        "I need a new mattress for the spare room",
        "can you help me shift this wardrobe",
        "what do you usually give your mother for her birthday",
    ],
)
def test_words_that_questions_share_are_no_question(text: str) -> None:
    meaning = understand(text)
    assert (meaning.match, meaning.choices) == (None, ())


@pytest.mark.parametrize(
    "text",
    [
        "is lower back pain serious",
        "what causes knee pain",
        "is walking good for my hips",
        "how do I relieve a headache",
        "does physio help a frozen shoulder",
        "what is the treatment for sciatica",
    ],
)
def test_other_parts_of_the_body_are_not_answered(text: str) -> None:
    meaning = understand(text)
    assert (meaning.match, meaning.out_of_scope) == (None, "other_body_part")


@pytest.mark.parametrize(
    "text",
    ["is pain in my neck and upper back serious", "is my lower and upper back pain serious"],
)
def test_upper_back_with_another_part_is_answered(text: str) -> None:
    assert understand(text).match is not None


def test_animals_are_out_of_scope() -> None:
    meaning = understand("my dog has upper back pain, what is the treatment")
    assert (meaning.match, meaning.out_of_scope) == (None, "animal")


def test_a_better_alternative_is_heard() -> None:
    damaged = understand("what does a perfect pay me")
    mended = understand("what does a perfect pay me", "what does upper back pain mean")
    assert damaged.match is None
    assert mended.match is not None
    assert mended.match.entry == "indicate"


def test_nearest_phrases_come_best_first() -> None:
    near = UNDERSTANDER.nearest("is walking good for upper back pain", 5)
    assert near[0][:2] == ("is walking good for upper back pain", "walking")
    assert [score for _, _, score in near] == sorted((score for _, _, score in near), reverse=True)
    assert near[0][2] == pytest.approx(1)


def test_most_wordings_are_answered_and_few_wrongly() -> None:
    meanings = [(understand(text), expect) for text, expect in rows(WORDINGS)]
    answered = [(meaning.match.entry, expect) for meaning, expect in meanings if meaning.match]
    right = sum(entry in expect for entry, expect in answered)
    assert right / len(meanings) >= 0.92
    assert (len(answered) - right) / len(meanings) <= 0.03
    assert sum(bool(meaning.choices) for meaning, _ in meanings) / len(meanings) <= 0.05


def test_the_likeliest_entry_is_nearly_always_the_right_one() -> None:
    guesses = [(guess(understand(text)), expect) for text, expect in rows(WORDINGS)]
    assert sum(best in expect for best, expect in guesses) / len(guesses) >= 0.96


def test_what_is_not_asked_here_is_refused() -> None:
    meanings = [understand(text) for text, _ in rows(UTTERANCES / "off_topic.tsv")]
    assert sum(meaning.match is None for meaning in meanings) / len(meanings) >= 0.93


def test_wordings_are_not_those_of_the_content() -> None:
    known = {phrase for phrase, _ in PHRASES}
    assert [text for text, _ in rows(WORDINGS) if text.lower() in known] == []
