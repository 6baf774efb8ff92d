"""The safety questions as a small state machine, most dangerous first.

An emergency ends them at once; an urgent answer is held until no question is left that could make it an emergency.
Nothing but a clear no clears a question. Levels and order: ``responses/triage.toml``, which names the sources.
"""

from collections.abc import Mapping
from dataclasses import replace

from voice_skill.answer import results
from voice_skill.answer.speaker import Speaker
from voice_skill.answer.state import Progress, Sentences, State, noted, raised
from voice_skill.content import Content
from voice_skill.content.triage import Question
from voice_skill.messages import Level, RedFlag, Reply, Understanding

DESCRIBE, WHO = "describe", "who"
YES, NO, UNSURE = "yes", "no", "unsure"
MOST_TURNS = 24
"""Turns after which the questions end, with those that were interrupted: about four minutes."""
MOST_UNCLEAR = 3
"""Unclear answers that are taken for "not sure": two may be noise, and the first of them is asked in other words."""
CERTAIN = 0.6
"""Confidence, 0 to 1, from which a "no" is believed: a lost "don't" must not clear a danger sign."""

Outcome = tuple[Reply, State]


def begin(speaker: Speaker, state: State) -> Outcome:
    """The first question, after what this is."""
    opening = "again" if state.progress else "opening"
    state = replace(state, progress=Progress(DESCRIBE), parts=(), offered=True, introduced=True)
    question = speaker.content.triage.questions[DESCRIBE]
    sentences = (*speaker.tell(opening), *speaker.fill([question.ask]))
    return Reply(sentences, expects=DESCRIBE), state


def answer(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """What follows the answer ``heard`` to the open question."""
    progress = _progress(state)
    question = speaker.content.triage.questions[progress.asks]
    if question.id == DESCRIBE:
        return _described(speaker, state, heard)
    if question.id == WHO:
        return _whose(speaker, state, heard)
    given = _given(question, heard)
    if given is None:
        if progress.unclear + 1 < MOST_UNCLEAR:
            return _unclear(speaker, state, question, heard)
        if heard.command == NO and not heard.suspected:
            return results.unfinished(speaker, state, "unheard")
        given = UNSURE
    return _answered(speaker, state, question, given, heard)


def reworded(speaker: Speaker, state: State, before: Sentences = ()) -> Outcome:
    """The open question in other words, or as it was when it was said in other words already."""
    question = speaker.content.triage.questions[_progress(state).asks]
    forms = [speaker.fill([form])[0] for form in (question.reword, question.ask)]
    said = state.last.sentences[-1] if state.last else ""
    return Reply((*before, forms[said == forms[0]]), expects=question.id), state


def asked_again(speaker: Speaker, state: State, before: Sentences = ()) -> Outcome:
    """The open question as it stands in the file, after ``before``."""
    question = speaker.content.triage.questions[_progress(state).asks]
    return Reply((*before, *_ask(speaker, state, question)), expects=question.id), state


def shortened(speaker: Speaker, state: State) -> Outcome:
    """The open question once more after a silence, shorter."""
    question = speaker.content.triage.questions[_progress(state).asks]
    return Reply(speaker.fill([question.short]), expects=question.id), state


def back(speaker: Speaker, state: State) -> Outcome:
    """The question before the open one, to be answered anew. What was raised stays raised."""
    progress = _progress(state)
    if not progress.answers:
        return asked_again(speaker, state)
    *rest, last = progress.answers
    kept = {name: progress.answers[name] for name in rest}
    return asked_again(speaker, _with(state, asks=last, answers=kept, unclear=0))


def is_late(state: State) -> bool:
    """Whether the questions must end now, however far they have come."""
    return _progress(state).turns >= MOST_TURNS


def will_ask(content: Content, state: State, flag: str) -> bool:
    """Whether a question about the danger sign ``flag`` is open or still to come."""
    answers = _progress(state).answers
    return any(flag in question.covers and name not in answers for name, question in content.triage.questions.items())


def is_asking(content: Content, heard: Understanding) -> bool:
    """Whether ``heard`` is a question of its own, and no account or answer."""
    text = heard.transcript.text.lower()
    asks = content.reading.lists["general"]
    return heard.match is not None and any(text == start or text.startswith(f"{start} ") for start in asks)


def _described(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    state = _with(state, words=heard.transcript.text)
    if heard.person == "other" and not _may_be_child(speaker.content, heard):
        state = _with(state, person="other", answers={WHO: "other"})
        speaker = replace(speaker, person="other")
    return _next(speaker, _with(state, answers={DESCRIBE: heard.command or "", **_progress(state).answers}))


def _may_be_child(content: Content, heard: Understanding) -> bool:
    words = set(heard.transcript.text.lower().split())
    return not words.isdisjoint(content.commands.who["child"])


def _whose(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """Who it is about; somebody who does not say so speaks of themselves."""
    told = "child" if heard.person == "child" else heard.command
    if told == "child":
        return results.said(
            raised(replace(_with(state, over=True), child=True), Level.URGENT),
            speaker.say("child"),
            speaker.tell("general_advice"),
        )
    if told not in ("self", "other", UNSURE, "skip"):
        if heard.person == "other":
            told = "other"
        elif _progress(state).unclear == 0:
            return _unclear(speaker, state, speaker.content.triage.questions[WHO], heard)
    person = "other" if told == "other" else "self"
    state = _with(state, person=person, answers={**_progress(state).answers, WHO: person})
    return _next(replace(speaker, person=person), state)


def _given(question: Question, heard: Understanding) -> str | None:
    """``yes``, ``no`` or ``unsure``; ``None`` when the answer is not clear enough."""
    if any(flag.id in question.covers for flag in heard.red_flags) or heard.command == YES:
        return YES
    if heard.command in (UNSURE, "skip"):
        return UNSURE
    doubted = any(flag.id in question.covers for flag in heard.suspected)
    if heard.command == NO and heard.transcript.confidence >= CERTAIN and not doubted:
        return NO
    return None


def _unclear(speaker: Speaker, state: State, question: Question, heard: Understanding) -> Outcome:
    unclear = _progress(state).unclear + 1
    state = _with(state, unclear=unclear)
    if unclear > 1 and not heard.red_flags:
        reply, state = shortened(speaker, state)
        return replace(reply, sentences=(*speaker.tell("say_yes_or_no"), *reply.sentences)), state
    new = "noted" if heard.red_flags else "unclear"
    return reworded(speaker, state, speaker.tell(new))


def _answered(speaker: Speaker, state: State, question: Question, given: str, heard: Understanding) -> Outcome:
    state = _with(state, answers={**_progress(state).answers, question.id: given})
    counts = given == YES or (given == UNSURE and question.unsure_counts)
    level = question.level if counts else question.unsure_level if given == UNSURE else None
    told = {flag.id for flag in heard.red_flags}
    if told and told <= question.own_level:
        level = None
    if level is Level.EMERGENCY and state.level is not Level.EMERGENCY:
        flag = RedFlag(question.flag or question.id, level, heard.transcript.text)
        state = noted(speaker.content, speaker.place, state, [flag])
        return results.emergency(speaker, state, flag, careful=given == UNSURE)
    return _next(speaker, raised(state, level))


def _next(speaker: Speaker, state: State) -> Outcome:
    """The next question that can change the result, or the result."""
    for question in speaker.content.triage.questions.values():
        progress = _progress(state)
        if question.id in progress.answers or not _follows(question, progress.answers, speaker.content):
            continue
        if question.covers & {flag.id for flag in state.flags}:
            state = _with(state, answers={**progress.answers, question.id: YES})
            state = raised(state, question.level) if question.after else state
        elif _can_raise(speaker.content, question, state.level):
            state = _with(state, asks=question.id, unclear=0)
            return Reply(_ask(speaker, state, question), expects=question.id), state
    return results.finished(speaker, state)


def _follows(question: Question, answers: Mapping[str, str], content: Content) -> bool:
    if question.after is None:
        return True
    given = answers.get(question.after)
    return given == YES or (given == UNSURE and content.triage.questions[question.after].unsure_counts)


def _can_raise(content: Content, question: Question, level: Level | None) -> bool:
    """Whether the question, or one that follows from it, can end above ``level``."""
    if question.id in (DESCRIBE, WHO):
        return True
    follow = [other.level for other in content.triage.questions.values() if other.after == question.id]
    return max(reach for reach in (question.level, *follow) if reach is not None) > (level or 0)


def _ask(speaker: Speaker, state: State, question: Question) -> Sentences:
    return speaker.fill([question.short if state.brief else question.ask])


def _progress(state: State) -> Progress:
    assert state.progress is not None
    return state.progress


def _with(state: State, **changes: object) -> State:
    return replace(state, progress=replace(_progress(state), **changes))  # type: ignore[arg-type]
