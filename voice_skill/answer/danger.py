"""Emergencies, and danger signs that were heard badly or asked about in general."""

from collections.abc import Sequence
from dataclasses import replace

from voice_skill.answer import results, triage
from voice_skill.answer.speaker import Speaker
from voice_skill.answer.state import Sentences, State, noted, raised
from voice_skill.messages import Level, RedFlag, Reply, Understanding

CONFIRM, HAPPENING = "confirm_flag", "happening_now"
ABOUT_DANGER = (CONFIRM, HAPPENING)
LAST_SILENCE = 3
"""Turns without words after which nobody is taken to be listening."""
WHOLE_EVERY = 4
"""Turns of an emergency of which the first gives the whole advice, the others whom to call."""
LEAVING = ("stop", "goodbye")

Outcome = tuple[Reply, State]


def emergency(speaker: Speaker, state: State, heard: Understanding, new: bool) -> Outcome:
    """The advice, again and again until help is on its way; ``new`` when a sign was not known before.

    Whatever is said, whom to call comes first; only a silence brings what else to do.
    """
    if heard.command == "getting_help" and not new:
        return Reply(speaker.say("getting_help")), replace(state, helped=True, parts=())
    leaving = heard.command in LEAVING or state.silences >= LAST_SILENCE
    state = replace(state, helped=False, asks=None, told=0 if new else state.told + 1)
    if not new and state.parts and state.silences:
        reply, state = results.next_part(state)
    elif not leaving and not state.silences and state.told % WHOLE_EVERY:
        reply = _again(speaker, state, _cause(state, heard))
    elif state.progress:
        reply, state = results.emergency(speaker, state, _cause(state, heard), careful=False)
    else:
        reply = Reply(results.emergency_advice(speaker, _cause(state, heard)))
    return replace(reply, done=leaving), state


def _again(speaker: Speaker, state: State, cause: RedFlag | None) -> Reply:
    """Whom to call once more, with other words before it: the same words again are no longer listened to."""
    pressing = speaker.say("emergency_again")
    call = results.emergency_advice(speaker, cause)[1:2] if cause else speaker.say("emergency")[:1]
    return Reply((pressing[state.told % len(pressing)], *call), goes_on=bool(state.parts))


def doubt(speaker: Speaker, state: State, flags: Sequence[RedFlag]) -> Outcome:
    """Ask whether a sign that was heard badly was said."""
    name = speaker.content.flags[flags[0].id].name
    sure, said = speaker.say("confirm_flag", flag=name)
    net = () if state.session else speaker.say("safety_net")[:1]
    return Reply((sure, *net, said), expects=CONFIRM), replace(state, doubted=tuple(flags), misses=0)


def doubted(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """After "did you say": only a clear no clears it."""
    if heard.command in ("yes", "unsure", "skip"):
        return alarmed(speaker, state, heard)
    if heard.command == "no" and heard.transcript.confidence >= triage.CERTAIN:
        return resumed(speaker, state, speaker.say("not_said"))
    name = speaker.content.flags[state.doubted[0].id].name
    if state.misses == 0:
        return Reply(speaker.say("confirm_flag", flag=name)[1:], expects=CONFIRM), replace(state, misses=1)
    state = raised(state, speaker.content.triage.unfinished)
    return resumed(speaker, state, speaker.say("not_confirmed", flag=name))


def unheard(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """A silence after one of the two questions of this file."""
    if state.asks == CONFIRM:
        return doubted(speaker, state, heard)
    return happening(speaker, state, heard) or (Reply(speaker.say("safety_net")), state)


def happening(speaker: Speaker, state: State, heard: Understanding) -> Outcome | None:
    """After "is that happening to you now"; ``None`` when something else was said."""
    if heard.command == "yes" or (heard.command == "unsure" and state.doubted):
        return alarmed(speaker, state, heard)
    if heard.command in ("unsure", "skip"):
        return triage.begin(speaker, state)
    if heard.command == "no" and heard.transcript.confidence >= triage.CERTAIN:
        return Reply(speaker.say("not_happening")), state
    if heard.match or heard.command not in (None, "no") or heard.red_flags:
        return None
    if state.misses == 0:
        return Reply(speaker.say("is_it_happening_now"), expects=HAPPENING), replace(state, misses=1)
    return Reply(speaker.say("safety_net")), raised(state, speaker.content.triage.unfinished)


def alarmed(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """The danger signs in doubt are taken for reported."""
    flags = state.doubted
    state = noted(speaker.content, speaker.place, replace(state, doubted=()), flags)
    if not flags:
        state = raised(state, Level.EMERGENCY)
    if state.level is Level.EMERGENCY:
        return emergency(speaker, state, replace(heard, command=None), new=True)
    return resumed(speaker, state, speaker.advice(flags[0]))


def resumed(speaker: Speaker, state: State, before: Sentences) -> Outcome:
    """Back to the open safety question, if there is one, after saying ``before``."""
    if state.asking:
        return triage.asked_again(speaker, state, before)
    return Reply(before), state


def _cause(state: State, heard: Understanding) -> RedFlag | None:
    """The emergency to speak of: the one just reported, or the first of all."""
    now = {flag.id for flag in heard.red_flags}
    grave = [flag for flag in state.flags if flag.level is Level.EMERGENCY]
    return next((flag for flag in grave if flag.id in now), grave[0] if grave else None)
