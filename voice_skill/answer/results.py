"""How the safety questions end: the result in short turns, and the summary for a doctor.

Order and levels: the safety questions of ``responses/triage.toml``.
"""

from collections.abc import Iterator
from dataclasses import replace

from voice_skill.answer.speaker import Speaker
from voice_skill.answer.state import Progress, Sentences, State, raised
from voice_skill.messages import Level, RedFlag, Reply

TURN = 2
"""Sentences of a result that a listener can hold at once."""
MOST_WORDS = 20
"""Of the person's own account in the summary: a nurse wants the gist."""
MOST_NAMED = 3
"""Danger signs named in one sentence."""


def finished(speaker: Speaker, state: State) -> tuple[Reply, State]:
    """The result of the questions, once all that matter were answered."""
    state = raised(state, Level.SELF_CARE)
    assert state.level is not None
    ways = speaker.tell("ways") if state.level is Level.SELF_CARE else ()
    return said(
        _over(state),
        speaker.tell(state.level.id),
        (*(_reasons(speaker, state) or ways), *speaker.tell("general_advice")),
        (*speaker.tell("worse"), *speaker.tell("ask_summary")),
    )


def unfinished(speaker: Speaker, state: State, why: str, done: bool = False) -> tuple[Reply, State]:
    """The end of questions that were not all answered: never the all-clear. ``why`` is a key of ``triage.toml``."""
    state = raised(state, speaker.content.triage.unfinished)
    first, net = speaker.tell(why)
    rest = (*speaker.tell("general_advice"), *speaker.tell("unfinished"))
    if state.level is Level.URGENT:
        reply, state = said(_over(state), speaker.tell("stopped_urgent"), (first, *rest[:1]))
    else:
        reply, state = said(_over(state), (first, net), rest)
    # Who has gone hears no more.
    return (Reply(reply.sentences, done=True), replace(state, parts=())) if done else (reply, state)


def emergency(speaker: Speaker, state: State, cause: RedFlag | None, careful: bool) -> tuple[Reply, State]:
    """The advice of an emergency in short turns; ``careful`` when an unclear answer led to it."""
    first, call, *then = emergency_advice(speaker, cause)
    if careful:
        first = speaker.tell("careful")[0]
    return said(
        _over(state),
        (first, call),
        (*then, *speaker.tell("steps")),
        (*speaker.tell("general_advice"), *speaker.say("safety_net")[:1]),
    )


def emergency_advice(speaker: Speaker, cause: RedFlag | None) -> Sentences:
    """What it is about, whom to call, and what else to do. Nothing may stand between the person and the number."""
    if cause is not None:
        return speaker.advice(cause)
    return (*speaker.say("emergency")[:1], *speaker.say("cannot_call"), *speaker.say("emergency")[1:])


def summary(speaker: Speaker, state: State) -> tuple[Reply, State]:
    """What the person told, for a doctor, in short turns."""
    sentences = tuple(_summary(speaker, state))
    turns = [sentences[at : at + TURN] for at in range(0, len(sentences), TURN)]
    return said(state, *turns)


def said(state: State, first: Sentences, *rest: Sentences) -> tuple[Reply, State]:
    """The first of several turns, and the state that keeps the others."""
    parts = tuple(part for part in rest if part)
    return Reply(first, goes_on=bool(parts)), replace(state, parts=parts)


def next_part(state: State) -> tuple[Reply, State]:
    """The next turn of what is still to be said."""
    return said(state, *state.parts)


def _over(state: State) -> State:
    return replace(state, progress=replace(state.progress, over=True)) if state.progress else state


def _reasons(speaker: Speaker, state: State) -> Sentences:
    """Why the result is above self-care, where something was told."""
    if state.level is Level.SELF_CARE:
        return ()
    # What only led to further questions is no reason by itself.
    names = list(_named(speaker, state, "yes", leading=False))
    if names:
        return speaker.tell("told_yes", list=_listed(names))
    return speaker.say("between_blades")[:1] if state.between_blades and speaker.place.between_blades else ()


def _summary(speaker: Speaker, state: State) -> Iterator[str]:
    progress = state.progress
    yes, unsure = (list(_named(speaker, state, answer)) for answer in ("yes", "unsure"))
    if progress is None and not yes:
        yield from speaker.tell("told_not_asked")
        return
    if progress and progress.words:
        words = progress.words.split()
        yield from speaker.tell("told", words=" ".join(words[:MOST_WORDS]).rstrip(".,;!?"))
    for at in range(0, len(yes), MOST_NAMED):
        yield from speaker.tell("told_yes", list=_listed(yes[at : at + MOST_NAMED]))
    for at in range(0, len(unsure), MOST_NAMED):
        yield from speaker.tell("told_unsure", list=_listed(unsure[at : at + MOST_NAMED]))
    if not yes and not unsure:
        yield from speaker.tell("told_nothing")


def _named(speaker: Speaker, state: State, answer: str, leading: bool = True) -> Iterator[str]:
    """What was answered so, in the words of the summary; with the yeses, signs that no question asked about."""
    questions = speaker.content.triage.questions
    progress = state.progress or Progress("")
    asked = [questions[name] for name, given in progress.answers.items() if given == answer and questions[name].told]
    yield from (speaker.told(question) for question in asked if leading or question.level)
    if answer == "yes":
        covered = {flag for question in asked for flag in (*question.covers, question.flag)}
        yield from (speaker.content.flags[flag.id].name for flag in state.flags if flag.id not in covered)


def _listed(names: list[str]) -> str:
    """``a``, ``a; and b``: the names hold commas of their own."""
    return ", and ".join(names[:MOST_NAMED])
