"""Questions: the entry that was asked for, the soft danger signs beside it, and what is said when there is none."""

import re
from dataclasses import replace

from voice_skill.answer.danger import HAPPENING
from voice_skill.answer.speaker import Speaker
from voice_skill.answer.state import Sentences, State, raised
from voice_skill.content import Content
from voice_skill.content.faq import Entry
from voice_skill.messages import Level, Reply, Understanding

OFFER, DID_YOU_MEAN = "offer_triage", "did_you_mean"
MOST_ADVICE = 2
"""Danger signs of one turn whose advice is spoken: the highest say what to do, more would bury it."""

Outcome = tuple[Reply, State]


def answered(speaker: Speaker, state: State, entry: Entry, heard: Understanding) -> Outcome:
    """The answer with its advice, then at most one question."""
    state = replace(raised(state, entry.level), entry=entry.id, more_said=False)
    rule = _rule(speaker, heard)
    if rule:
        # "See your GP in two weeks" beside "today" would leave the person with two times.
        entry = replace(entry, see_doctor=tuple(text for text in entry.see_doctor if "{doctor}" not in text))
    reply = Reply((*rule, *_told(speaker, entry, state.brief)), entry=entry.id)
    if heard.general:
        return _is_it_happening(speaker, state, reply, heard)
    return offered(speaker, state, reply)


def flagged(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """The advice of soft danger signs, then the answer that was asked for, if any."""
    sentences: list[str] = []
    known = {flag.id: flag for flag in state.flags}
    for flag in heard.red_flags[:MOST_ADVICE]:
        sentences += [sentence for sentence in speaker.advice(known[flag.id]) if sentence not in sentences]
    if heard.match is None:
        return offered(speaker, state, Reply((*sentences, *_rule(speaker, heard), *speaker.say("safety_net")[:1])))
    plain = replace(heard, general=False)
    reply, state = answered(speaker, state, speaker.content.entries[heard.match.entry], plain)
    return replace(reply, sentences=(*sentences, *reply.sentences)), state


def offered(speaker: Speaker, state: State, reply: Reply) -> Outcome:
    """``reply`` with the offer of the safety questions, once a session."""
    if state.offered or not state.session or state.level is Level.EMERGENCY:
        return reply, state
    sentences = (*reply.sentences, *speaker.say(OFFER))
    return replace(reply, sentences=sentences, expects=OFFER), replace(state, offered=True)


def unanswered(speaker: Speaker, state: State, heard: Understanding) -> Outcome:
    """What is said when no entry is near enough, or two are equally near."""
    net = (*_rule(speaker, heard), *speaker.say("safety_net"))
    if heard.general:
        return _is_it_happening(speaker, state, Reply(net), heard)
    if heard.choices:
        return which(speaker, replace(state, choices=heard.choices[:2]))
    why = heard.out_of_scope if heard.out_of_scope in speaker.content.phrases else None
    return Reply((*speaker.say(why or "not_understood"), *net)), state


def is_between_blades(content: Content, heard: Understanding) -> bool:
    """Whether the pain is placed where some places have a rule of their own."""
    text = f" {' '.join(heard.transcript.text.lower().split())} "
    return any(f" {words}" in text for words in content.triage.between_blades)


def which(speaker: Speaker, state: State) -> Outcome:
    """Ask which of two entries is meant."""
    first, second = (speaker.content.entries[entry].topic for entry in state.choices)
    net = () if state.session else speaker.say("safety_net")
    sentences = (*net, *speaker.say(DID_YOU_MEAN, first=first, second=second))
    return Reply(sentences, expects=DID_YOU_MEAN), state


def chosen(speaker: Speaker, state: State, heard: Understanding) -> Outcome | None:
    """After "did you mean"; ``None`` when something else was said."""
    if heard.command in ("no", "unsure", "skip"):
        return Reply(speaker.say("help")), state
    entry = _choice(speaker, state, heard)
    return answered(speaker, state, speaker.content.entries[entry], heard) if entry else None


def more(speaker: Speaker, state: State) -> Outcome:
    """What else is known about the entry answered last."""
    entry = speaker.content.entries.get(state.entry or "")
    if entry is None:
        return Reply(speaker.say("help")), state
    if state.more_said:
        return Reply((*speaker.say("no_more"), *speaker.say("safety_net")[:1])), state
    check = speaker.say("medicine_check") if entry.medicine else ()
    return Reply((*speaker.fill(entry.more), *check), entry=entry.id), replace(state, more_said=True)


def shorter(speaker: Speaker, state: State) -> Outcome:
    """The entry answered last in short, and from now on all others too."""
    state = replace(state, brief=True)
    entry = speaker.content.entries.get(state.entry or "")
    if entry is None:
        return Reply(speaker.say("shorter")), state
    return Reply(_told(speaker, entry, brief=True), entry=entry.id), state


def in_fewer_words(speaker: Speaker, state: State) -> Sentences:
    """The entry answered last, for who did not understand it; nothing when the last reply was no answer."""
    entry = speaker.content.entries.get(state.entry or "")
    if entry is None or state.last is None or state.last.entry != entry.id:
        return ()
    return (*speaker.say("other_words"), *_told(speaker, entry, brief=True))


def _told(speaker: Speaker, entry: Entry, brief: bool) -> Sentences:
    """The answer and when to see a doctor; no painkiller is named in the first sentence of any."""
    check = speaker.say("medicine_check_short" if brief else "medicine_check") if entry.medicine else ()
    if brief:
        return (*speaker.fill(entry.answer[:1]), *check, *speaker.fill(entry.see_doctor))
    return (*speaker.fill(entry.answer), *check, *speaker.fill(entry.see_doctor))


def _rule(speaker: Speaker, heard: Understanding) -> Sentences:
    """What the place says of pain between the shoulder blades, when that was spoken of."""
    applies = speaker.place.between_blades and is_between_blades(speaker.content, heard)
    return speaker.say("between_blades") if applies else ()


def _is_it_happening(speaker: Speaker, state: State, reply: Reply, heard: Understanding) -> Outcome:
    sentences = (*reply.sentences, *speaker.say("is_it_happening_now"))
    return replace(reply, sentences=sentences, expects=HAPPENING), replace(state, doubted=heard.asked_about, misses=0)


def _choice(speaker: Speaker, state: State, heard: Understanding) -> str | None:
    """The entry that was picked: by its place, by asking for it, or by a word that only its topic has."""
    first, second = state.choices
    by_command = {"first": first, "yes": first, "both": first, "second": second}
    if heard.match and heard.match.entry in state.choices:
        return heard.match.entry
    if heard.command in by_command:
        return by_command[heard.command]
    said = _words(heard.transcript.text)
    topics = [_words(speaker.content.entries[entry].topic) for entry in state.choices]
    hits = [len(said & topic - other) for topic, other in (topics, reversed(topics))]
    if hits[0] != hits[1]:
        return first if hits[0] > hits[1] else second
    if heard.match is None and heard.runner_up and heard.runner_up.entry in state.choices and not heard.choices:
        return heard.runner_up.entry
    return None


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))
