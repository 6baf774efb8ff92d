"""Denials that stand behind what they deny, questions out of interest, and what is back after years."""

import pytest
from danger import assess, is_emergency, is_grave


@pytest.mark.parametrize(
    "text",
    [
        "fever that's a no chest pain also a no and my legs are okay",
        "you asked about fainting and the answer is no i've not passed out",
        "do i feel sweaty no do i feel sick no",
        "chest pain breathlessness cold sweats none of those",
        "numb legs i have not and dizzy spells i have not only the back is a little tight",
        "chest pain no numbness no fever no",
        "i'm denying all of it chest pain weakness numbness the whole lot",
        "nobody here is having a heart attack we are only asking about physio",
        "i don't feel faint i'm not breathless i'm not sweaty",
        "chest pain? nah mate nothing like that",
        "black poo? ha, no, perfectly ordinary",
        "i'm sore all right, fainting though, no, never happened",
        "negative on the chest pressure and negative on the sweating",
        "shortness of breath, fainting, sweating, i don't have any of those",
        "you asked about fever and chills, well i've had neither",
        "blood in the urine, never, blood in the stool, never",
        "you want to know if i'm breathless, well i'm not",
        "as for my chest, not a bother on it",
        "i'm not feeling any numbness or weakness or pins and needles",
        "heart attack, no way, there's no pressure or squeezing in my chest",
        "it came on gradually, nothing sudden",
        "vomiting blood, heavens no, i haven't been sick in years",
        "nobody's fainted here",
        "not even a twinge in my chest",
        "in the book the soldier can't feel his legs after the blast, sad chapter",
        # What is left after "just", "actually" or "only when" is an ordinary back, and takes nothing back.
        "no i've got no chest pain at all it's just my upper back that's tight",
        "it's not getting worse it's actually a bit better than on sunday",
        "it doesn't hurt when i breathe only when i reach for the top shelf",
        # The second "not" is no part of the breathing before it.
        "i'm breathing normally i'm not sweating and there's no pain in my chest",
        "i never felt faint and i never felt clammy i only ached from the ironing",
        "fever no chills no cough no so is swimming all right",
        "no doctor ever told me i had thin bones",
        # What was only heard or read of.
        "i heard on the radio that chest pain can come from the back",
        "i saw an advert about stroke with the face and the arms and the speech",
        "i'm not short of breath i went for a run yesterday and felt grand",
        "a woman in my yoga class had breast cancer years ago and she's the fittest of us all",
        # "Not feel" was taken for no feeling, "breathless ... not in" for a breath that will not go in.
        "no my hands don't feel weak and i did the hoovering this morning",
        "well i'm not breathless and i'm not in agony i've only been digging",
        "as for blackouts that's never happened not today and not ever",
        "nobody has chest pain we are only trying the loudspeaker",
        "it doesn't go round to the front like a belt",
        # "These days" was taken for something spoken of before.
        "i had chest pain ten years ago and it was acid, these days i only get a stiff upper back",
        "no i've never been told that i have thin bones",
        "the nurse read me a list numb legs wet pants and i had none of it so how long does a strain take",
        "i never get chest pain when i walk uphill so is walking good for a sore upper back",
        "my bowels are regular and i know when i need to go",
        "i keep falling behind with my exercises and need a shot in the arm to get going",
        "for weeks back in the eighties my face drooped and it was bells palsy and it went away",
        # What was supposed, and then denied, was told.
        "i'd tell you if my chest hurt it doesn't can i lift weights",
        "she asked about chest pain and numb legs and i said no to every single one",
        # "Never ... again" told of something back.
        "i had kidney stones about fifteen years ago never had them again",
        # The weak bones with which a small knock counts were denied.
        "is it okay to crack my back i've no numbness and no weak bones",
        # "Quite" made it not quite denied.
        "there's been no weight loss quite the opposite",
    ],
)
def test_what_is_denied_after_it_was_named_raises_nothing(text: str) -> None:
    assert assess(text).red_flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "my chest hurts fever that's a no",
        "chest pain no so bad",
        "chest pain yes fever no",
        "i have chest pain i do not know why",
        "nobody believes me but my chest is crushing",
        "my legs have gone numb and fever i have not",
        "no one is here and i can't breathe",
        "zero warning absolute worst pain i've ever had",
        "also from yesterday i am not getting full breath",
        "i'm pushing and pushing and no urine comes",
        "didn't hit my head or anything when i fell off the roof",
        "heart attack? no, just a tightness across my chest",
        "breathless? no, i can't breathe at all",
        "i'm not feeling my legs",
        "my legs don't feel weak they don't feel at all",
        "i don't see why a day of painting would have me coughing up blood",
        "there's no pain in my bottom in fact there's no feeling there at all",
        "i don't hardly can breathe and the back it hurts",
        "i had panic attacks at university and this isn't one i really can't get air in now",
        "my mother in law's face slipped down on one side while she was telling me about her shoulder",
        # A sofa is where she was, not what her face came from.
        "my wife was on the sofa an hour ago and her face dropped",
        "neither of my legs will hold me",
        "i have neither feeling nor strength in my legs",
        "heart attack, no way i said, but the pressure in my chest won't stop",
        "my breathing's grand until i climb the stairs then i'm gasping",
        "i'm not feeling anything below the waist",
        "fever, no, my chest is crushing",
        "i wouldn't say pain in the chest no, it's more a heavy weight",
        "in the game i fell and i can't feel my legs",
        "no chest pain it's just my chest that's tight",
        "i'm not sweating it's actually my chest that hurts",
        "there's no pain when i breathe only when i bend do my legs go numb",
        "i never fell in my life till this morning off the ladder onto my back",
        "i'm breathing badly and i'm not getting any air",
        "i heard on the radio what a stroke is and my own face is drooping",
        "i read the leaflet about chest pain because my chest is tight",
        # Nothing parts what is told from a row of denials, but a "though" at its end, or a "no" of its own.
        "nope no chest pain nope no fever struggling for breath though",
        "no burning no itching no feeling at all round my privates does sitting cause it",
        "not my chest no the pain runs from my back up into my jaw",
        "not weak anywhere my wife's burning up and doesn't know what day it is",
        "free of fever free of cough but not free of this weakness in my legs",
        "never had chest pain before today",
        # What is wanting was denied.
        "i haven't full strength in my legs",
        "panic attacks were my thing at college this is not that i cannot draw a breath",
        "today i can't get a drop out",
        # Sayings, dates and look-alikes that were too wide took these for harmless.
        "since the twins arrived i've had chest pain",
        "she was forty and she's got chest pain",
        "both my legs went dead after i sat on the sofa",
        "my face dropped when i saw it in the mirror",
        "the pain goes up to my back teeth",
        "i was hit by a bus after the gym",
        "i hope i never wake up from this pain",
        "i just want the pain to stop and i can't go on",
        "the lights went out on me in the storm",
        "i got cold sweat just thinking about moving the pain is so bad",
        # A verb that nobody foresaw began no clause, so what was wanted was denied with what was not.
        "i don't want to leave any more i want to kill myself",
        "i had no chest pain till just now and now it's like a vice",
        "it never went down my arm and into my jaw like it's doing now",
    ],
)
def test_what_is_told_beside_a_denial_still_counts(text: str) -> None:
    assert is_emergency(text)


def test_breath_that_one_has_not_is_no_denial() -> None:
    # It names what is missing, as "fever I have not" does not.
    said = assess("full breath i have not since this morning")
    assert said.red_flags or said.suspected


@pytest.mark.parametrize(
    "text",
    [
        # A "no" that may have been a "now", or an answer.
        "chest pain no what do i do",
        # No sign knows it, and a date stands in it: only all of it together tells.
        "they told me years ago the big pipe in my belly had a bulge and now my back hurts something new",
        # In the play, or in it as an actor.
        "i was in the play and i collapsed on the stage",
    ],
)
def test_what_may_be_denied_or_played_is_asked_about(text: str) -> None:
    assert is_grave(text)


@pytest.mark.parametrize(
    "text",
    [
        "what's the medical word for being short of breath",
        "hypothetically if the pain went down my arm would that be bad",
        "what does it mean when people say pain radiates to the jaw",
        "why do women get jaw pain in a heart attack",
        "how would i know if someone was having a heart attack and not just back pain",
        "can wearing a tight bra cause chest pain",
        "if i ever had numb legs what should i do",
        "what do people mean when they say the pain runs down the arm",
        "can stress cause dizziness, chest pain, numbness",
    ],
)
def test_questions_out_of_interest_are_general_whatever_stands_in_them(text: str) -> None:
    said = assess(text)
    assert said.general
    assert said.red_flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "can stress cause chest pain because i have it now",
        "what if it spreads to my arm because it has",
        "hypothetically my legs have gone numb and i can't stand",
        "what's the medical word for this i am short of breath",
        "it is the worst pain of my life, why do people get upper back pain",
        "can stress cause pain on the left side of the upper back. the pain goes down my left arm",
        "can a bad pillow do this? it runs up into my jaw as well",
    ],
)
def test_a_question_out_of_interest_hides_nothing_that_is_told(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "i used to get faints as a girl and would you believe i had another one this lunchtime",
        "my jaw ached when i had my coronary in two thousand and nine and the ache's there again this arvo",
    ],
)
def test_what_is_back_after_years_is_told_not_asked_about(text: str) -> None:
    """The second reader took both for stories of long ago, and they were only asked about."""
    assert is_emergency(text)


def test_years_do_not_reach_over_a_comma() -> None:
    # "Forty years, back ache" was read as forty years back.
    assert is_emergency("bit of blood in what i'm coughing up, smoker forty years, back ache")


def test_a_knife_in_the_back_is_no_idiom() -> None:
    assert is_emergency("somebody stabbed me in the back with a screwdriver")
    assert not is_emergency("my business partner stabbed me in the back")


def test_a_corrected_number_denies_nothing_and_is_no_age() -> None:
    found = assess("i'm four no five months pregnant and my upper back's started to hurt")
    assert [flag.id for flag in found.red_flags] == ["pregnancy"]
    assert found.person == "self"
