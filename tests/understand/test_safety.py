"""Danger signs: found, denied, past, other people's. Hits and misses apart, and what must hold of any text."""

import pytest
from danger import SAFETY, assess, is_emergency, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.messages import Level

# A busy machine is no failure.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


PLAIN = {
    "chest": "i have chest pain",
    "breath": "i can't breathe",
    "limbs": "my legs are weak",
    "bladder_bowel": "i can't pee",
    "saddle": "my bottom is numb",
    "faint": "i fainted",
    "cough_blood": "i am coughing up blood",
    "stroke": "my face is drooping",
    "major_trauma": "i fell down the stairs",
    "spread": "the pain goes down my left arm",
    "sweat": "i am in a cold sweat",
    "sudden": "it is the worst pain of my life",
    "gut_bleed": "my poo is black",
    "abdomen": "i have severe belly pain",
    "overdose": "i took too many tablets",
    "despair": "i want to die",
}
"""An emergency each, in its plainest words."""

DENIED = ["chest pain", "fever", "numb legs", "fainting", "weight loss", "trouble breathing", "a cold sweat", "cancer"]


def ids(text: str) -> set[str]:
    return {flag.id for flag in assess(text).red_flags}


def level(text: str) -> Level:
    return max((flag.level for flag in assess(text).red_flags), default=Level.SELF_CARE)


@pytest.mark.parametrize(("flag", "text"), PLAIN.items(), ids=PLAIN)
def test_plain_emergencies_are_found(flag: str, text: str) -> None:
    assert flag in ids(text)
    assert level(text) is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "i wouldn't call it chest pain it's more of a pressure",
        "no chest pain as such only a squeezing",
        "it's not chest pain just a tightness in my chest",
        "i haven't fainted but i nearly did",
        "no fever but i can't feel my legs",
        "not breathless exactly i just can't get a full breath",
        "i'm not saying it's a heart attack but my arm's gone heavy",
        "i've no feeling down there",
    ],
)
def test_denied_word_with_the_symptom_affirmed_is_an_emergency(text: str) -> None:
    assert level(text) is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "no fever chest pain or weight loss",
        "no fever, chest pain or weight loss",
        "i don't have chest pain",
        "i haven't fainted or anything",
        "i'm not short of breath or sweaty",
        "i had chest pain years ago",
        "my dad had a heart attack last year",
        "can back pain mean a heart attack",
        "what if i get chest pain",
        "there is hay fever about and i bought a chest of drawers",
        "my back is killing me",
        "i did a chest workout yesterday",
        "pain between my shoulder blades",
        "my dog has a sore back and can't walk",
    ],
)
def test_denials_the_past_others_questions_and_idioms_raise_no_alarm(text: str) -> None:
    assert ids(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "i fainted earlier but i'm ok now",
        "i had chest pain years ago and now it's back",
        "my husband is having chest pains",
    ],
    ids=["earlier", "back-again", "someone-else-now"],
)
def test_what_happened_lately_or_to_another_person_now_counts(text: str) -> None:
    assert level(text) is Level.EMERGENCY


def test_combinations_raise_the_level() -> None:
    assert level("it hurts when i breathe in") is Level.URGENT
    assert level("it hurts when i breathe in and my chest is tight") is Level.EMERGENCY
    assert level("i had cancer years ago") is Level.URGENT
    assert level("i had cancer years ago and my legs are weak") is Level.EMERGENCY


def test_questions_about_danger_in_general_are_marked() -> None:
    assert assess("can back pain mean a heart attack").general
    assert not assess("could my chest pain be from my back").general
    assert level("could my chest pain be from my back") is Level.EMERGENCY


def test_a_danger_told_beside_a_question_is_not_taken_for_part_of_it() -> None:
    """Without an "I" in it, the whole was taken for a general question."""
    told = "the pain came on in a split second and it's the worst i've known"
    assert level(f"do i need physio or a chiropractor {told}") is Level.EMERGENCY
    assert level("how do i stretch my back chest is tight and the sweat is pouring off me") is Level.EMERGENCY
    assert assess("what are the signs of a heart attack").general


def test_the_dangers_in_a_general_question_are_named() -> None:
    asked = assess("can back pain mean a heart attack").asked_about
    assert [flag.id for flag in asked] == ["chest"]
    assert assess("my chest hurts").asked_about == ()


@pytest.mark.parametrize("text", ["i can't", "can't", "i cannot", "i can't feel my", "i can't move", "can't move my"])
def test_speech_that_breaks_off_after_an_inability_is_asked_about(text: str) -> None:
    assert assess(text).suspected or level(text) is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "no i can't",
        "my temperature's normal",
        "just pain in my back",
        "i feel nothing in my chest",
        "no i sleep grand",
        "whats clammy",
        "it wasn't sudden",
        "it doesn't go to my arm",
        "only back pain no chest pain",
        "no i haven't noticed anything like that",
        "no puff problems",
        "i wish i'd lost weight",
    ],
)
def test_answers_that_deny_raise_nothing(text: str) -> None:
    assert ids(text) == set()
    assert assess(text).suspected == ()


def test_a_danger_only_in_an_alternative_is_asked_about() -> None:
    found = SAFETY.assess(("i have chess paint", "i have chest pain"))
    assert [flag.id for flag in found.suspected] == ["chest"] or "chest" in {flag.id for flag in found.red_flags}
    assert SAFETY.assess(("is it serious", "i have chest pain")).suspected


def test_no_phrase_of_the_content_raises_an_emergency() -> None:
    for entry in shipped_content().entries.values():
        for phrase in entry.phrases:
            assert level(phrase) < Level.EMERGENCY, phrase


def found(row: dict[str, str]) -> bool:
    """Whether the level is as high as expected, or a question is asked where one will do."""
    named = [each[6:] for each in row["expect"].split(",") if each.startswith("level:")]
    levels = [Level.SOON if name == "any" else Level.from_id(name) for name in named]
    return level(row["text"]) >= min(levels) or ("ask" in row["expect"] and bool(assess(row["text"]).suspected))


def test_emergencies_that_people_told_are_found() -> None:
    told = [row for row in rows("red_flags.tsv") if row["expect"].startswith("level:emergency")]
    missed = [row["text"] for row in told if not found(row)]
    assert len(told) >= 1000
    assert len(missed) <= 0.01 * len(told), missed


@pytest.mark.parametrize("group", ["neg_but_pos", "past_but_now", "other_now"])
def test_what_only_looks_harmless_is_never_missed(group: str) -> None:
    missed = [row["text"] for row in rows("red_flags.tsv") if row["group"] == group and not found(row)]
    assert missed == []


PLAIN_EXAMS = [f"danger_exam_{number}_held_out.tsv" for number in range(11, 26)]


@pytest.mark.parametrize("exam", PLAIN_EXAMS)
def test_what_people_would_most_plainly_say_is_never_missed(exam: str) -> None:
    """Blind when they were run first; what they found was mended, and must stay so."""
    told = [row for row in rows(exam) if row["expect"] != "no_alarm"]
    assert len(told) >= 330
    assert [row["text"] for row in told if not found(row)] == []


@pytest.mark.parametrize("exam", PLAIN_EXAMS)
def test_what_people_would_most_plainly_deny_or_ask_raises_no_alarm(exam: str) -> None:
    harmless = [row["text"] for row in rows(exam) if row["expect"] == "no_alarm"]
    alarms = [text for text in harmless if ids(text)]
    assert len(harmless) >= 300
    assert len(alarms) <= 0.02 * len(harmless), alarms


def test_lesser_signs_are_found() -> None:
    told = [row for row in rows("red_flags.tsv") if "level:emergency" not in row["expect"]]
    missed = [row["text"] for row in told if not found(row)]
    assert len(missed) <= 0.02 * len(told), missed


def test_harmless_lines_raise_no_alarm() -> None:
    lines = rows("no_alarm.tsv")
    alarms = [row["text"] for row in lines if ids(row["text"])]
    assert len(lines) >= 200
    assert len(alarms) <= 0.03 * len(lines), alarms


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    levels = [flag.level for flag in assess(text).red_flags]
    assert levels == sorted(levels, reverse=True)


@given(st.sampled_from(sorted(PLAIN.values())), st.sampled_from(["please ", "um so ", "hello ", "well doctor "]))
def test_politeness_around_an_emergency_changes_nothing(text: str, before: str) -> None:
    assert level(before + text) is Level.EMERGENCY
    assert level(text + " please help") is Level.EMERGENCY


@given(st.sampled_from(sorted(PLAIN.values())), st.sampled_from(["is it serious", "what is the treatment", "no fever"]))
def test_an_emergency_beside_anything_is_an_emergency(text: str, other: str) -> None:
    assert level(f"{text} {other}") is Level.EMERGENCY
    assert level(f"{other} but {text}") is Level.EMERGENCY


@given(st.lists(st.sampled_from(DENIED), min_size=1, max_size=5, unique=True))
def test_a_denied_list_is_denied_to_its_end(signs: list[str]) -> None:
    listed = " or ".join(filter(None, [", ".join(signs[:-1]), signs[-1]]))
    assert ids(f"no {listed}") == set()
    assert ids(f"i don't have {listed}") == set()


@given(st.sampled_from(DENIED), st.sampled_from(sorted(PLAIN.values())), st.sampled_from(["but", "although", "except"]))
def test_what_follows_but_always_counts(denied: str, text: str, turn: str) -> None:
    assert level(f"no {denied} {turn} {text}") is Level.EMERGENCY


@given(st.sampled_from(sorted(PLAIN)), st.sampled_from(sorted(PLAIN)))
def test_signs_told_together_have_the_level_of_the_highest(first: str, then: str) -> None:
    assert level(f"{PLAIN[first]} and {PLAIN[then]}") is Level.EMERGENCY
    assert {first, then} <= ids(f"{PLAIN[first]}. {PLAIN[then]}")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("my dad's speech went all funny at the dinner table", "stroke"),
        ("my poo's gone black and sticky", "gut_bleed"),
        ("both my arms have gone achy and heavy with my back", "spread"),
    ],
)
def test_of_two_emergencies_in_the_same_words_the_one_that_explains_more_comes_first(text: str, first: str) -> None:
    """The reply speaks of the first: "went all funny" was answered as fainting."""
    assert assess(text).red_flags[0].id == first


@given(
    st.sampled_from(sorted(PLAIN.values())),
    st.sampled_from([phrase for entry in shipped_content().entries.values() for phrase in entry.phrases]),
)
def test_an_emergency_in_the_same_breath_as_a_question_wins(text: str, question: str) -> None:
    assert level(f"{question}. {text}") is Level.EMERGENCY
    assert level(f"{text}, {question}") is Level.EMERGENCY


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("there's a weight on my chest", "chest"),
        ("my chest, it's tight", "chest"),
        ("tight it is, the chest", "chest"),
        ("my legs, they've gone", "limbs"),
        ("blood, when i cough", "cough_blood"),
        ("i cannae breathe", "breath"),
        ("i can not say i have no chest pain", "chest"),
        ("neither fever nor rash but my chest hurts", "chest"),
    ],
)
def test_the_order_of_words_and_their_dialect_do_not_matter(text: str, flag: str) -> None:
    assert flag in ids(text)


@pytest.mark.parametrize(
    ("text", "flag"),
    [("my chess feels tight", "chest"), ("i can't bree the properly", "breath"), ("my legs are week", "limbs")],
)
def test_misheard_danger_words_are_reported_or_asked_about(text: str, flag: str) -> None:
    found_or_asked = ids(text) | {each.id for each in assess(text).suspected}
    assert flag in found_or_asked


@pytest.mark.parametrize("mark", [", ", " - ", "—", " – ", "… ", "... ", "\n", " ("])
def test_a_danger_after_any_mark_is_no_part_of_the_no_before_it(mark: str) -> None:
    """Phones write dashes and dots of their own; these were no marks, and the danger was denied."""
    assert is_emergency(f"No{mark}crushing pressure in my chest")
    assert is_emergency(f"not my back{mark}crushing chest pain")


@pytest.mark.parametrize("apostrophe", "'\u2019\u2018\u00b4`")
def test_any_apostrophe_will_do(apostrophe: str) -> None:
    assert is_emergency(f"i can{apostrophe}t breathe")


@pytest.mark.parametrize("end", ["is", "is called", "could be", "am"])
def test_the_last_word_says_nothing_of_the_first(end: str) -> None:
    """What stands before the first word was looked up, and is the last one."""
    assert not assess(f"in the eighties i coughed up blood, tell me what the best stretch {end}").red_flags


def test_a_question_ends_where_something_of_now_is_told() -> None:
    assert is_emergency("what does it mean when people say cramp? crushing pain in my chest")
    assert not assess(
        "what does it mean when people say they have crushing chest pain now how do i stretch my back"
    ).red_flags
