"""Dangers that somebody was asked about and has denied, and those that a "no" tells."""

import pytest
from danger import assess, is_emergency, is_suspected


@pytest.mark.parametrize(
    "text",
    [
        "the physio asked was i dizzy and i said no, and was there numbness and i said no, then she did my shoulders",
        "they went through it all, had i fainted, was i in a crash, was i fighting for breath, and it was no each time",
        "i asked him any chest pain, any trouble breathing, and he laughed and said no it's only the digging",
        "are my hands numb, they are not",
        "the form asked whether i had lost control of my bladder, what a thing to ask, no i have not",
        "if i was having chest pain i'd have told you, i'm not, i want a stretch",
        "she asked about weak legs and mine aren't",
    ],
)
def test_what_was_asked_and_answered_with_no_raises_nothing(text: str) -> None:
    assert assess(text).red_flags == ()


@pytest.mark.parametrize(
    "text",
    [
        # A "no" that is taken back, or was no true one.
        "he asked had i any chest pain and i said no but i have",
        "they asked was i short of breath and i told them no because i was scared",
        "the nurse asked do you have chest pain and i said no, now it's crushing me",
        # Told amid the questions, not asked.
        "she asked was i dizzy and this morning my arm went numb and i said no",
        # What cannot be done is the danger.
        "i asked her can you feel your legs and she said no",
        "is she breathing properly, she said no",
        "is he awake, no he is not",
        "i asked can he move his legs and he shook his head",
    ],
)
def test_what_a_no_tells_or_hides_counts(text: str) -> None:
    assert is_suspected(text)


@pytest.mark.parametrize(
    "text",
    [
        "is he breathing, no",
        "was i weak in the legs, no it was my arms",
        "do i have chest pain, no not pain, pressure",
        "it's not chest pain, pressure",
        "my cousin never had it like this, he's on the floor and can't feel his legs",
        "i used to play rugby and can't walk in a straight line",
        "he had a bypass ten years ago and dad is saying his chest feels like a vice",
        "can anything make you cough up blood, and i just have",
        "i'm going to end my life once the kids are at school",
        "feet no feel floor",
    ],
)
def test_danger_in_the_grammar_of_speech_is_found(text: str) -> None:
    assert is_emergency(text)
