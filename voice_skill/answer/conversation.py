"""State and Understanding to Reply and state: the whole dialog. Pure: no sound, no clock, no files.

The order of ``_reply`` is the order of importance: danger before silence, silence before steering, steering before
the open question, the open question before a new one.
"""

from dataclasses import replace

from voice_skill.answer import answers, danger, results, steering, triage
from voice_skill.answer.speaker import Speaker
from voice_skill.answer.state import State, noted, raised
from voice_skill.content import Content
from voice_skill.content.places import place_for
from voice_skill.messages import Level, Reply, Understanding

__all__ = ["State", "greet", "start", "turn"]

Outcome = tuple[Reply, State]


def start(content: Content, place: str = "unknown", session: bool = False) -> State:
    """A conversation that has not begun; without ``session`` each reply stands alone and offers nothing."""
    return State(place=place_for(content.places, place).code, session=session)


def greet(content: Content, state: State) -> Outcome:
    """Hello, what the skill is and can do; a session begins."""
    speaker = Speaker.of(content, state)
    reply = Reply((*speaker.say("greeting"), *speaker.say("position")), level=state.level, delivery=state.delivery)
    return reply, replace(state, session=True, introduced=True, last=reply, before=state.last)


def turn(content: Content, state: State, heard: Understanding) -> Outcome:
    """What to say to ``heard``, danger first, and the state after it."""
    silent = not heard.transcript.text.strip()
    known = frozenset(flag.id for flag in state.flags if flag.level is Level.EMERGENCY)
    place = place_for(content.places, state.place)
    state = noted(content, place, state, heard.red_flags)
    state = replace(
        state,
        silences=state.silences + 1 if silent else 0,
        child=state.child or heard.person == "child",
        other=heard.person == "other" if heard.red_flags else state.other,
        delivery=steering.tuned(state.delivery, heard.command),
    )
    if answers.is_between_blades(content, heard):
        state = raised(replace(state, between_blades=True), place.between_blades)
    if state.asking:
        state = replace(state, progress=replace(state.asking, turns=state.asking.turns + 1))
    speaker = Speaker.of(content, state)
    reply, after = _reply(speaker, state, heard, known)
    return _finished(speaker, after, reply, heard)


def _finished(speaker: Speaker, state: State, reply: Reply, heard: Understanding) -> Outcome:
    """The reply and the state as they leave a turn: introduced, at the level reached, remembered."""
    state = raised(state, reply.level)
    if state.session and not state.introduced and state.level is not Level.EMERGENCY and not reply.done:
        reply = replace(reply, sentences=(*speaker.say("position"), *reply.sentences))
        state = replace(state, introduced=True)
    reply = replace(reply, level=state.level, delivery=state.delivery)
    state = replace(state, asks=reply.expects)
    if heard.command not in steering.ASIDES:
        state = replace(state, before=state.last, last=reply)
    return reply, state


def _reply(speaker: Speaker, state: State, heard: Understanding, known: frozenset[str]) -> Outcome:
    if heard.command == "start_over":
        return _started_over(speaker, state)
    grave = {flag.id for flag in state.flags if flag.level is Level.EMERGENCY}
    if state.level is Level.EMERGENCY and (not state.helped or grave - known):
        return _in_emergency(speaker, state, heard, new=bool(grave - known))
    if state.asking and triage.is_late(state):
        return results.unfinished(speaker, state, "unheard")
    if state.silences:
        return _silent(speaker, state, heard)
    if state.asks == danger.CONFIRM:
        return danger.doubted(speaker, state, heard)
    return (
        _person(speaker, state, heard)
        or steering.steered(speaker, state, heard)
        or _still_child(speaker, state, heard)
        or _doubt(speaker, state, heard)
        or _spoken(speaker, state, heard)
    )


def _in_emergency(speaker: Speaker, state: State, heard: Understanding, new: bool) -> Outcome:
    """The advice; of all that may be asked only the summary, for whoever answers the call."""
    if heard.command == "what_to_tell" and not new:
        reply, state = results.summary(speaker, state)
        call = results.emergency_advice(speaker, next(iter(state.flags), None))[1:2]
        return replace(reply, sentences=(*reply.sentences, *call)), state
    if heard.command in ("repeat", "repeat_last") and not new and state.last:
        return replace(state.last, expects=None, goes_on=bool(state.parts)), state
    return danger.emergency(speaker, state, heard, new)


def _silent(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """Nobody spoke: ask again, say more, then close. Silence never clears anything."""
    if state.asks in danger.ABOUT_DANGER:
        return danger.unheard(speaker, state, heard)
    if state.asking:
        if state.silences == 1:
            return triage.shortened(speaker, state)
        return results.unfinished(speaker, state, "silent", done=True)
    if state.parts:
        return results.next_part(replace(state, silences=0))
    if state.progress or state.silences >= danger.LAST_SILENCE:
        return Reply(speaker.say("nothing_heard_close"), done=True), state
    phrase = "nothing_heard" if state.silences == 1 else "nothing_heard_again"
    return Reply(speaker.say(phrase), expects=state.asks), state


def _person(speaker: Speaker, state: State, heard: Understanding) -> Outcome | None:
    """Whom the skill has no answers for."""
    if heard.person == "animal":
        return danger.resumed(speaker, state, speaker.say("animal"))
    if heard.person != "child":
        return None
    over = replace(state, entry=None, choices=(), parts=())
    if state.progress:
        over = replace(over, progress=replace(state.progress, over=True))
    return results.said(raised(over, Level.URGENT), speaker.say("child"))


def _still_child(speaker: Speaker, state: State, heard: Understanding) -> Outcome | None:
    """No answer is for a child, whatever is asked after it was told of."""
    if not state.child or heard.command == "no":
        return None
    return results.said(raised(state, Level.URGENT), speaker.say("child_still"))


def _doubt(speaker: Speaker, state: State, heard: Understanding) -> Outcome | None:
    """Danger that was heard badly. The safety questions see to it themselves while they still come to it."""
    doubted = heard.suspected
    if state.asking:
        if heard.command is not None:
            return None
        doubted = tuple(flag for flag in doubted if not triage.will_ask(speaker.content, state, flag.id))
    return danger.doubt(speaker, state, doubted) if doubted else None


def _spoken(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """The answer to the open question, or a new question."""
    if state.asking:
        return _in_triage(speaker, state, heard)
    if heard.command == "check_symptoms" or (state.asks == answers.OFFER and heard.command == "yes"):
        return triage.begin(speaker, state)
    return _answer(speaker, state, heard) or _asked(speaker, state, heard)


def _asked(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """A new question, or what is still to be said of a result."""
    fresh = replace(state, parts=())
    if heard.red_flags:
        return answers.flagged(speaker, fresh, heard)
    if heard.match:
        return answers.answered(speaker, fresh, speaker.content.entries[heard.match.entry], heard)
    if state.parts:
        return results.next_part(state)
    if heard.command == "no" and state.session and state.last:
        return Reply(speaker.say("goodbye"), done=True), state
    return answers.unanswered(speaker, state, heard)


def _answer(speaker: Speaker, state: State, heard: Understanding) -> Outcome | None:
    """What follows the answer to an open question that is no safety question."""
    if state.asks == answers.OFFER and heard.command in ("no", "skip", "unsure"):
        return Reply(speaker.say("offer_declined")), state
    if state.asks == answers.DID_YOU_MEAN:
        return answers.chosen(speaker, state, heard)
    if state.asks == danger.HAPPENING:
        return danger.happening(speaker, state, heard)
    return None


def _in_triage(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """The answer to a safety question, or a question in the middle of them, which is answered first."""
    if heard.match and heard.command is None and triage.is_asking(speaker.content, heard):
        entry = speaker.content.entries[heard.match.entry]
        reply, after = answers.answered(speaker, state, entry, replace(heard, general=False))
        again, after = triage.asked_again(speaker, after, (*reply.sentences, *speaker.tell("resume")))
        return replace(again, entry=entry.id), after
    return triage.answer(speaker, state, heard)


def _started_over(speaker: Speaker, state: State) -> Outcome:
    """A conversation that forgets all but how to speak; the safety questions, if they were going on."""
    fresh = State(place=state.place, session=state.session, introduced=True, delivery=state.delivery)
    if state.asking:
        return triage.begin(speaker, replace(fresh, progress=state.asking))
    careful = "start_over_careful" if state.level is Level.EMERGENCY else "start_over"
    return Reply(speaker.say(careful)), fresh
