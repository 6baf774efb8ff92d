"""The skill in a real OpenVoiceOS core, by ovoscope: utterances in, what is spoken out."""

import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("ovoscope", reason="OpenVoiceOS has an environment of its own: see .ci/run")

from corpora import Answer, by_command_line, lines
from ovos_bus_client.message import Message
from ovos_bus_client.session import Session
from ovos_plugin_manager.skills import find_skill_plugins
from ovos_utils.fakebus import FakeBus
from ovoscope import CaptureSession, MiniCroft, get_minicroft

from voice_skill.bridges import ovos
from voice_skill.bridges.ovos import UpperBackPainSkill

SKILL = "upper-back-pain.voice-skill"
LOCALE = Path(ovos.__file__).parent / "locale" / "en-us"
PIPELINE = [
    "ovos-stop-pipeline-plugin-high",
    "ovos-converse-pipeline-plugin",
    "ovos-padacioso-pipeline-plugin-high",
    "ovos-fallback-pipeline-plugin-high",
    "ovos-padacioso-pipeline-plugin-medium",
    "ovos-fallback-pipeline-plugin-medium",
    "ovos-fallback-pipeline-plugin-low",
]
"""As OpenVoiceOS has it, of the plugins that come with it."""
ASKS = "can back pain mean a heart attack"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniCroft]:
    """A running core with the skill, found by its entry point."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(home))
        patch.setenv("VOICE_SKILL_PLACE", "GB")
        core = get_minicroft([SKILL])
        yield core
        core.stop()


class Client:
    """Says utterances in a session of its own, which it keeps as the core leaves it."""

    def __init__(self, core: MiniCroft) -> None:
        self._core = core
        self._session = Session(uuid.uuid4().hex, pipeline=PIPELINE).serialize()

    def __call__(self, *utterances: str, lang: str = "en-US") -> list[Message]:
        """All that the core sends until the utterance is handled."""
        self._session["lang"] = lang
        data = {"utterances": list(utterances), "lang": lang}
        capture = CaptureSession(self._core, eof_msgs=["ovos.utterance.handled", f"{SKILL}.stop.response"])
        capture.capture(Message("recognizer_loop:utterance", data, {"session": self._session}), timeout=20)
        messages = list(capture.finish())
        self._session = next(m.context["session"] for m in reversed(messages) if "session" in m.context)
        return messages


@pytest.fixture
def say(core: MiniCroft) -> Client:
    return Client(core)


def spoken(messages: list[Message]) -> str:
    return " ".join(message.data["utterance"] for message in messages if message.msg_type == "speak")


def kinds(messages: list[Message]) -> set[str]:
    return {message.msg_type for message in messages}


def test_both_entry_points_lead_to_the_skill() -> None:
    assert find_skill_plugins()[SKILL] is UpperBackPainSkill


def test_it_needs_no_network() -> None:
    needs = UpperBackPainSkill.runtime_requirements
    assert not (needs.internet_before_load or needs.network_before_load)
    assert not (needs.requires_internet or needs.requires_network)


def test_a_question_of_the_intent_file_is_matched_as_an_intent(say: Client) -> None:
    messages = say("is upper back pain serious")
    assert f"{SKILL}:ask.intent" in kinds(messages)
    assert "muscles and joints" in spoken(messages)


def test_another_wording_is_answered_as_a_fallback(say: Client) -> None:
    messages = say("my upper back has been aching and i wonder if walking would do me good")
    assert f"ovos.skills.fallback.{SKILL}.response" in kinds(messages)
    assert "walk" in spoken(messages).lower()


def test_danger_is_answered_at_the_highest_priority(core: MiniCroft, say: Client) -> None:
    messages = say("i have chest pain and my arm is numb")
    assert f"ovos.skills.fallback.{SKILL}.start" in kinds(messages)
    assert "Call nine nine nine now" in spoken(messages)
    others = [skill for skill in core.plugin_skills if skill != SKILL]
    assert core.plugin_skills[SKILL].instance.priority == ovos.HIGHEST
    assert others == []


def test_danger_in_another_reading_of_the_sound_is_asked_about(say: Client) -> None:
    messages = say("i have just been", "i have chest pain")
    assert "Did you say" in spoken(messages)
    assert next(message for message in messages if message.msg_type == "speak").data["expect_response"]
    assert "nine nine nine" in spoken(say("yes"))


@pytest.mark.parametrize(
    "text", ["what is the weather in paris", "set a timer for ten minutes", "yes", "no", "repeat that"]
)
def test_what_is_not_for_it_goes_on_to_the_others(say: Client, text: str) -> None:
    messages = say(text)
    assert spoken(messages) == ""
    assert "complete_intent_failure" in kinds(messages)


def test_other_languages_are_left_to_others(say: Client) -> None:
    assert spoken(say("is upper back pain serious", lang="de-DE")) == ""


def test_a_talk_goes_on_by_converse(say: Client) -> None:
    assert "Is that happening to you now?" in spoken(say(ASKS))
    messages = say("yes")
    assert "skill.converse.response" in kinds(messages)
    assert "nine nine nine" in spoken(messages)


def test_the_safety_questions_are_asked_to_the_end(say: Client) -> None:
    messages = say("check my symptoms")
    for answer in ("my upper back aches", "me", *["no"] * 14):
        question = next(message for message in messages if message.msg_type == "speak")
        if not question.data["expect_response"]:
            break
        messages = say(answer)
    assert "See your GP" in spoken(messages) or "doctor" in spoken(messages)


def test_sessions_do_not_mix(core: MiniCroft, say: Client) -> None:
    say(ASKS)
    other = Client(core)
    assert spoken(other("yes")) == ""
    assert "nine nine nine" in spoken(say("yes"))


def test_stop_ends_the_safety_questions(core: MiniCroft, say: Client) -> None:
    say("check my symptoms")
    assert f"{SKILL}.stop" in kinds(say("stop"))
    assert spoken(say("what is the weather in paris")) == ""


def test_the_place_can_be_set(core: MiniCroft, say: Client) -> None:
    skill = core.plugin_skills[SKILL].instance
    skill.settings["place"] = "US"
    skill.settings_change_callback()
    assert "Call nine one one now" in spoken(say("i have chest pain"))
    skill.settings["place"] = ""
    skill.settings_change_callback()
    assert "Call nine nine nine now" in spoken(say("i have chest pain"))


def test_every_line_of_the_intents_is_understood(core: MiniCroft) -> None:
    rooms = core.plugin_skills[SKILL].instance._rooms
    for name in ("ask", "check_symptoms"):
        for text in (LOCALE / f"{name}.intent").read_text().splitlines():
            turn = rooms.conversation(session=True).ask_text(text)
            assert turn.reply.entry if name == "ask" else turn.reply.expects, text


def test_typed_lines_get_the_command_lines_answers(core: MiniCroft) -> None:
    """By the handlers of the skill itself, every fifth line: the core would take half a second for each."""
    skill = core.plugin_skills[SKILL].instance
    said: list[str] = []
    bus = FakeBus()
    bus.on("speak", lambda message: said.append(message.data["utterance"]))
    skill.bus, own = bus, skill.bus
    try:
        for text in islice(lines(), 0, None, 5):
            session = Session(uuid.uuid4().hex)
            message = Message("", {"utterances": [text], "lang": "en-US"}, {"session": session.serialize()})
            expected = by_command_line(skill._rooms, text, session=True)
            assert skill.handle_fallback(message)
            assert said.pop() == expected.text, text
            if expected.level == "emergency" and expected.entry is None:
                assert skill.can_answer(message), text
    finally:
        skill.bus = own
    assert isinstance(expected, Answer)
