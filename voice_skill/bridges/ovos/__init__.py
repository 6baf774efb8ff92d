"""The skill inside OpenVoiceOS: by its intents, as a fallback, and while a talk goes on.

Danger comes before other skills' guesses: the fallback has the highest priority that OpenVoiceOS asks, and it takes
only what the skill itself would answer, so that the rest goes on to the others.
"""

from ovos_bus_client.message import Message
from ovos_bus_client.session import Session, SessionManager
from ovos_utils import classproperty
from ovos_utils.process_utils import RuntimeRequirements
from ovos_workshop.decorators import fallback_handler, intent_handler
from ovos_workshop.skills.converse import ConversationalSkill
from ovos_workshop.skills.fallback import FallbackSkill

from voice_skill import settings
from voice_skill.bridges.sessions import Sessions
from voice_skill.bridges.skill import LONGEST_TEXT, Skill
from voice_skill.messages import Level, Transcript, Understanding

HIGHEST = 1
"""Priority of the fallback. OpenVoiceOS asks those above 0 and up to 5 before it trusts a middling match."""

MOST_HYPOTHESES = 5
"""Readings of the sound that are looked at, the best included."""

OFFERS = frozenset({"offer_triage", "did_you_mean"})
"""Open questions after which a person may as well ask another skill something; all others are about danger."""


class UpperBackPainSkill(FallbackSkill, ConversationalSkill):
    """Answers what the command line answers, in a conversation for each session of OpenVoiceOS."""

    @classproperty
    def runtime_requirements(self) -> RuntimeRequirements:
        """Everything is on this machine."""
        return RuntimeRequirements(
            internet_before_load=False,
            network_before_load=False,
            requires_internet=False,
            requires_network=False,
            no_internet_fallback=True,
            no_network_fallback=True,
        )

    def initialize(self) -> None:
        """Get ready, and again when the place is changed."""
        self._prepare()
        self.settings_change_callback = self._prepare

    def _prepare(self) -> None:
        place = str(self.settings.get("place") or "").strip()
        self._rooms = Skill(settings.load({"place": place or None}))
        self._sessions = Sessions(self._rooms)

    def can_answer(self, message: Message) -> bool:
        """Whether the utterance is a question on the subject, or tells of danger."""
        return self._is_english() and _is_ours(self._understood(message))

    def can_converse(self, message: Message) -> bool:
        """Whether the utterance goes on with the talk."""
        key = _key(message)
        if not self._is_english() or not self._sessions.goes_on(key):
            return False
        heard = self._understood(message)
        asks = self._sessions.asks(key)
        return bool(_is_ours(heard) or heard.command or (asks and asks not in OFFERS))

    def converse(self, message: Message) -> bool:
        """The next turn."""
        return self._answer(message)

    @fallback_handler(priority=HIGHEST)
    def handle_fallback(self, message: Message) -> bool:
        """A question that no intent matched for certain, or danger."""
        return self._answer(message)

    @intent_handler("ask.intent")
    def handle_ask(self, message: Message) -> None:
        """A question in the words of the intent file."""
        self._answer(message)

    @intent_handler("check_symptoms.intent")
    def handle_check(self, message: Message) -> None:
        """The safety questions."""
        self._answer(message)

    def can_stop(self, message: Message) -> bool:
        """Whether a question of ours is open."""
        return self._sessions.asks(_key(message)) is not None

    def stop_session(self, session: Session) -> bool:
        """End the safety questions; what danger was told is kept in mind."""
        if self._sessions.asks(session.session_id) is None:
            return False
        self._sessions.ask("stop", session.session_id)
        return True

    def stop(self) -> bool:
        """Nothing is going on but what belongs to a session."""
        return False

    def _answer(self, message: Message) -> bool:
        reply = self._sessions.answer(_transcript(message), _key(message)).reply
        self._stay(message)
        self.speak_dialog("reply", {"reply": reply.text}, expect_response=reply.expects is not None)
        return True

    def _stay(self, message: Message) -> None:
        """Be asked first about what is said next; a fallback is not, unless it says so."""
        self.activate()
        session = SessionManager.get(message)
        session.activate_skill(self.skill_id)
        message.context["session"] = session.serialize()  # for the clients that keep their session themselves

    def _understood(self, message: Message) -> Understanding:
        return self._rooms.understander.understand(_transcript(message), self._sessions.asks(_key(message)))

    def _is_english(self) -> bool:
        return str(self.lang).lower().startswith("en")


def _is_ours(heard: Understanding) -> bool:
    """Whether the skill has something to say, and not only that it did not understand."""
    grave = any(flag.level is Level.EMERGENCY for flag in heard.suspected)
    return bool(heard.red_flags or grave or heard.match or heard.choices)


def _key(message: Message) -> str:
    return str(SessionManager.get(message).session_id)


def _transcript(message: Message) -> Transcript:
    """The utterance with its other readings; intents carry the one that they matched."""
    given = message.data.get("utterances") or [message.data.get("utterance", "")]
    texts = dict.fromkeys(" ".join(str(text)[:LONGEST_TEXT].split()) for text in given)
    best, *others = list(texts)[:MOST_HYPOTHESES]
    return Transcript(best, alternatives=tuple(others))
