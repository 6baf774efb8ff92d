"""State and Understanding to Reply and state: what is said next. Pure: no sound, no clock, no files."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from voice_skill.content import Content
from voice_skill.content.faq import Entry
from voice_skill.content.places import Place, fill, place_for
from voice_skill.messages import Level, RedFlag, Reply, Understanding

MOST_ADVICE = 2
"""Red flags of one turn whose advice is spoken: the highest say what to do, more would bury it."""


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation remembers."""

    place: str = "unknown"
    level: Level | None = None
    """The highest so far: it never falls."""
    flags: tuple[RedFlag, ...] = ()
    """Every danger sign reported so far."""
    asks: str | None = None
    """Id of the question now open."""


def start(content: Content, place: str = "unknown") -> State:
    """A conversation that has not begun."""
    return State(place=place_for(content.places, place).code)


def turn(content: Content, state: State, heard: Understanding) -> tuple[Reply, State]:
    """What to say to ``heard``, danger first, and the state after it."""
    speaker = _Speaker(content, place_for(content.places, state.place))
    state = replace(state, flags=_with(state.flags, heard.red_flags), asks=None)
    state = replace(state, level=_higher(state.level, heard.level))
    reply = _reply(speaker, state, heard)
    level = _higher(state.level, reply.level)
    return replace(reply, level=level), replace(state, level=level, asks=reply.expects)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Finds and fills sentences."""

    content: Content
    place: Place

    def fill(self, sentences: Iterable[str], **slots: str) -> tuple[str, ...]:
        words = {**self.place.words, **slots}
        return tuple(fill(sentence, words) for sentence in sentences)

    def say(self, phrase: str, **slots: str) -> tuple[str, ...]:
        return self.fill(self.content.phrases[phrase], **slots)


def _reply(speaker: _Speaker, state: State, heard: Understanding) -> Reply:
    danger = _dangerous(speaker, state, heard)
    if danger:
        return danger
    if heard.person == "child":
        return Reply(speaker.say("child"), level=Level.URGENT)
    if heard.match:
        return _answered(speaker, speaker.content.entries[heard.match.entry], heard.general)
    return _unanswered(speaker, heard)


def _dangerous(speaker: _Speaker, state: State, heard: Understanding) -> Reply | None:
    """What must be said before any answer, if anything."""
    if state.level is Level.EMERGENCY:
        return Reply(_emergency(speaker, state.flags))
    if heard.person == "animal":
        return Reply(speaker.say("animal"))
    if heard.red_flags:
        return _flagged(speaker, heard)
    return _confirm(speaker, heard.suspected[0]) if heard.suspected else None


def _emergency(speaker: _Speaker, flags: Iterable[RedFlag]) -> tuple[str, ...]:
    """The advice of the emergency alone: nothing may stand between the person and the number."""
    highest = [flag for flag in flags if flag.level is Level.EMERGENCY]
    return speaker.fill(speaker.content.flags[highest[0].id].emergency_advice)


def _flagged(speaker: _Speaker, heard: Understanding) -> Reply:
    """The advice of the flags, then the answer that was asked for, if any."""
    sentences: list[str] = []
    for flag in heard.red_flags[:MOST_ADVICE]:
        advice = speaker.fill(speaker.content.flags[flag.id].advice)
        sentences += [sentence for sentence in advice if sentence not in sentences]
    if heard.match is None:
        return Reply((*sentences, *speaker.say("safety_net")[:1]))
    answered = _answered(speaker, speaker.content.entries[heard.match.entry], general=False)
    return replace(answered, sentences=(*sentences, *answered.sentences))


def _confirm(speaker: _Speaker, flag: RedFlag) -> Reply:
    name = speaker.content.flags[flag.id].name
    sentences = (*speaker.say("confirm_flag", flag=name), *speaker.say("safety_net")[:1])
    return Reply(sentences, expects=f"confirm_flag:{flag.id}")


def _answered(speaker: _Speaker, entry: Entry, general: bool) -> Reply:
    sentences = speaker.fill(entry.answer)
    if entry.medicine:
        sentences += speaker.say("medicine_check")
    sentences += speaker.fill(entry.see_doctor)
    if general:
        sentences += speaker.say("is_it_happening_now")
    return Reply(sentences, level=entry.level, entry=entry.id, expects="happening_now" if general else None)


def _unanswered(speaker: _Speaker, heard: Understanding) -> Reply:
    if not heard.transcript.text:
        return Reply(speaker.say("nothing_heard"))
    net = speaker.say("safety_net")
    if heard.general:
        return Reply((*net, *speaker.say("is_it_happening_now")), expects="happening_now")
    if heard.choices:
        first, second = (speaker.content.entries[entry].topic for entry in heard.choices[:2])
        return Reply((*speaker.say("did_you_mean", first=first, second=second), *net), expects="did_you_mean")
    why = heard.out_of_scope if heard.out_of_scope in speaker.content.phrases else "not_understood"
    return Reply((*speaker.say(why or "not_understood"), *net))


def _with(flags: tuple[RedFlag, ...], new: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
    """All flags, the highest first, each once at its highest level."""
    best: dict[str, RedFlag] = {}
    for flag in (*flags, *new):
        if flag.id not in best or best[flag.id].level < flag.level:
            best[flag.id] = flag
    return tuple(sorted(best.values(), key=lambda flag: -flag.level))


def _higher(one: Level | None, other: Level | None) -> Level | None:
    return max((level for level in (one, other) if level is not None), default=None)
