"""Getting about in a talk: repeat, slower, stop, who wrote this ... Wordings: ``responses/commands.toml``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from voice_skill.answer import answers, results, triage
from voice_skill.answer.speaker import Speaker
from voice_skill.answer.state import Sentences, State
from voice_skill.content import phrases
from voice_skill.content.glossary import Term
from voice_skill.messages import Delivery, Reply, Understanding

Outcome = tuple[Reply, State]
Turn = Callable[[Speaker, State, Understanding], Outcome]

FASTEST, SLOWEST = 2.0, 0.5
"""Speed of the voice, as factors: beyond them words cannot be made out."""
LOUDEST, QUIETEST = 2.0, 0.25
"""Loudness, as factors."""
STEP = 1.25
"""From one speed or loudness to the next: clearly heard, and two steps are not too many."""
LONGEST_PATIENCE = 4.0
"""Silence that ends an utterance, as a factor: beyond it a talk drags."""
ASIDES = frozenset({"repeat", "repeat_last", "slower", "faster", "louder", "quieter", "more_time", "wait"})
"""After these "repeat" still says what was said before."""

ACCOUNTS = frozenset({"go_back", "more", "thanks", "hello", "check_symptoms"})
"""Commands that are a description when one is asked for: "back", "should I see a doctor"."""


def steered(speaker: Speaker, state: State, heard: Understanding) -> Outcome | None:
    """The reply to a command, or ``None`` when it is none that steers here."""
    if state.asks == triage.DESCRIBE and heard.command in ACCOUNTS:
        return None
    turns = {**ALWAYS, **(IN_TRIAGE if state.asking else ELSEWHERE)}
    turn = turns.get(heard.command or "")
    return turn(speaker, state, heard) if turn else None


def tuned(delivery: Delivery, command: str | None) -> Delivery:
    """How to speak and listen after ``command``."""
    rate, volume, patience = delivery.rate, delivery.volume, delivery.patience
    changes = {
        "slower": {"rate": max(SLOWEST, rate / STEP)},
        "faster": {"rate": min(FASTEST, rate * STEP)},
        "quieter": {"volume": max(QUIETEST, volume / STEP)},
        "louder": {"volume": min(LOUDEST, volume * STEP)},
        "more_time": {"patience": min(LONGEST_PATIENCE, patience * 2)},
        "wait": {"patience": min(LONGEST_PATIENCE, patience * 2)},
    }
    return replace(delivery, **changes.get(command or "", {}))


def open_question(state: State) -> Sentences:
    """The question that still waits for an answer, as it was last put; an offer is not pressed."""
    return state.last.sentences[-1:] if state.last and state.asks and state.asks != answers.OFFER else ()


def aside(speaker: Speaker, state: State, sentences: Sentences) -> Outcome:
    """Something said in between; the open question stays open and is put again."""
    again = open_question(state)
    resume = speaker.tell("resume") if again and len(sentences) > 1 else ()
    return Reply((*sentences, *resume, *again), expects=state.asks), state


def _phrase(name: str) -> Turn:
    return lambda speaker, state, heard: aside(speaker, state, speaker.say(name))


def _repeat(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    if state.last is None:
        return Reply(speaker.say("nothing_to_repeat")), state
    return replace(state.last, expects=state.asks, goes_on=bool(state.parts)), state


def _repeat_last(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    reply, state = _repeat(speaker, state, heard)
    return replace(reply, sentences=reply.sentences[-1:]), state


def _go_back(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    if state.before is None:
        return _repeat(speaker, state, heard)
    return replace(state.before, done=False, goes_on=False), replace(state, parts=())


def _reword(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    fewer = answers.in_fewer_words(speaker, state)
    if not fewer:
        return _repeat(speaker, state, heard)
    reply, state = aside(speaker, state, fewer)
    return replace(reply, entry=state.entry), state


def _wait(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    return Reply(speaker.say("more_time"), expects=state.asks), state


def _meaning(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    term = _term(speaker.content.glossary, heard.transcript.text)
    if term is None:
        return aside(speaker, state, speaker.say("unknown_word"))
    check = speaker.say("medicine_check") if term.medicine else ()
    return aside(speaker, state, (*speaker.fill(term.meaning), *check))


def _term(glossary: Mapping[str, Term], text: str) -> Term | None:
    """The longest word of the glossary that ``text`` holds."""
    words = " ".join(re.findall(r"[a-z0-9'-]+", text.lower()))
    said = f" {words} "
    held = [(len(word), name) for name, term in glossary.items() for word in term.words if f" {word} " in said]
    return glossary[max(held)[1]] if held else None


def _who_wrote(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    entry = speaker.content.entries.get(state.entry or "")
    reviewed = entry.reviewed if entry else max(one.reviewed for one in speaker.content.entries.values())
    months, years = speaker.content.phrases["months"], speaker.content.phrases["years"]
    year = min(max(reviewed.year - phrases.FIRST_YEAR, 0), len(years) - 1)
    date = f"{months[reviewed.month - 1]} {years[year]}"
    if entry is None:
        return aside(speaker, state, speaker.say("who_wrote_all", date=date))
    return aside(speaker, state, speaker.say("who_wrote", date=date, source=entry.source.replace(";", ", and")))


def _leave(phrase: str) -> Turn:
    return lambda speaker, state, heard: (
        Reply(speaker.say(phrase), done=True),
        replace(state, parts=(), choices=(), doubted=()),
    )


def _sum_up(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    if state.asking:
        reply, state = results.summary(speaker, state)
        return aside(speaker, replace(state, parts=()), reply.sentences)
    return results.summary(speaker, state)


def _stop_questions(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    return results.unfinished(speaker, state, "stopped", done=heard.command == "goodbye")


ALWAYS: Mapping[str, Turn] = {
    "repeat": _repeat,
    "repeat_last": _repeat_last,
    "slower": _phrase("slower"),
    "faster": _phrase("faster"),
    "louder": _phrase("louder"),
    "quieter": _phrase("quieter"),
    "more_time": _wait,
    "wait": _wait,
    "thanks": _phrase("thanks"),
    "hello": _phrase("greeting"),
    "help": _phrase("help"),
    "about": _phrase("about"),
    "who_wrote": _who_wrote,
    "meaning": _meaning,
    "what_to_tell": _sum_up,
    "getting_help": _phrase("getting_help"),
}
ELSEWHERE: Mapping[str, Turn] = {
    "more": lambda speaker, state, heard: answers.more(speaker, state),
    "shorter": lambda speaker, state, heard: answers.shorter(speaker, state),
    "go_back": _go_back,
    "stop": _leave("stopped"),
    "goodbye": _leave("goodbye"),
    "what_do_you_mean": _reword,
}
IN_TRIAGE: Mapping[str, Turn] = {
    "more": lambda speaker, state, heard: triage.reworded(speaker, state),
    "what_do_you_mean": lambda speaker, state, heard: triage.reworded(speaker, state),
    "why": lambda speaker, state, heard: triage.asked_again(speaker, state, speaker.tell("reason")),
    "shorter": lambda speaker, state, heard: triage.shortened(speaker, replace(state, brief=True)),
    "go_back": lambda speaker, state, heard: triage.back(speaker, state),
    "check_symptoms": lambda speaker, state, heard: triage.asked_again(speaker, state),
    "stop": _stop_questions,
    "goodbye": _stop_questions,
}
