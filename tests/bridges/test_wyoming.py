"""The Wyoming services, as the protocol's own client sees them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from corpora import RECORDINGS, by_command_line, lines
from wyoming.asr import Transcript
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop
from wyoming_client import ask, chunks, client, speak, transcribe, transcript, until, write_wav

from voice_skill.assistant import Turn
from voice_skill.bridges.skill import Skill
from voice_skill.bridges.wyoming.about import info
from voice_skill.bridges.wyoming.service import Service

pytest_plugins = ["serving"]

HERE = Path(__file__).parent.parent / "recordings"
SERIOUS = HERE / "is_upper_back_pain_serious.wav"
CHEST = HERE / "i_have_chest_pain_and_my_arm_is_numb.wav"
ASKS = "can back pain mean a heart attack"


def test_it_describes_itself_and_answers_pings(uri: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            await server.write_event(Describe().event())
            event = await server.read_event()
            assert event
            about = Info.from_event(event)
            for programs in (about.handle, about.asr, about.tts):
                assert [program.name for program in programs] == ["voice-skill"]
                assert programs[0].installed and programs[0].description and programs[0].version
            assert about.handle[0].models[0].languages == about.asr[0].models[0].languages
            assert about.handle[0].supports_handled_streaming and not about.handle[0].supports_home_control
            assert about.asr[0].supports_transcript_streaming and about.tts[0].supports_synthesize_streaming
            assert about.tts[0].voices
            await server.write_event(Ping("still there?").event())
            event = await server.read_event()
            assert event and (event.type, event.data["text"]) == ("pong", "still there?")

    asyncio.run(talk())


def test_what_is_switched_off_is_neither_offered_nor_answered(service: Service, uri: str, skill: Skill) -> None:
    service.info = info(skill, handle=False, asr=False, tts=False)

    async def talk() -> None:
        async with client(uri) as server:
            await server.write_event(Describe().event())
            event = await server.read_event()
            assert event and not any(event.data.values())
            await server.write_event(Transcript("i have chest pain").event())
            await server.write_event(Synthesize("hello").event())
            await server.write_event(Ping().event())
            event = await server.read_event()
            assert event and event.type == "pong"

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("is upper back pain serious", "handled", "muscles and joints"),
        ("i have chest pain", "handled", "nine nine nine"),
        ("what is the weather in paris", "not-handled", "nine nine nine"),
        ("", "handled", "did not hear"),
    ],
)
def test_questions_are_handled_and_others_are_not(uri: str, text: str, kind: str, says: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            event = await ask(server, text, "a")
            assert event.type == kind
            assert says in event.data["text"]
            assert event.data["context"] == {"conversation_id": "a"}

    asyncio.run(talk())


def test_a_streamed_reply_is_the_whole_one(uri: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            await server.write_event(Transcript("is upper back pain serious").event())
            events = await until(server, "handled-stop")
            assert [event.type for event in events][:2] == ["handled-start", "handled-chunk"]
            assert [event.type for event in events][-2:] == ["handled", "handled-stop"]
            streamed = "".join(event.data["text"] for event in events if event.type == "handled-chunk")
            assert streamed == events[-2].data["text"]

    asyncio.run(talk())


@pytest.mark.parametrize("ids", [("a", "a"), ("a", "b")], ids=["same id", "changed id"])
def test_a_conversation_survives_a_new_connection(uri: str, ids: tuple[str, str]) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            event = await ask(server, ASKS, ids[0])
            assert "Is that happening to you now?" in event.data["text"]
        async with client(uri) as server:
            event = await ask(server, "yes", ids[1])
            assert event.type == "handled"
            assert "call nine nine nine" in event.data["text"].lower()

    asyncio.run(talk())


def test_several_talk_at_once(uri: str) -> None:
    async def one(key: str) -> str:
        async with client(uri) as server:
            await ask(server, ASKS, key)
            heard = transcript(await transcribe(server, chunks(SERIOUS)))
            return f"{heard}: {(await ask(server, 'yes', key)).data['text']}"

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(one(str(number)) for number in range(6)))

    for said in asyncio.run(all_of_them()):
        assert said.startswith("is upper back pain serious: ")
        assert "nine nine nine" in said


FORMATS = [(16_000, 2, 1), (48_000, 2, 2), (44_100, 3, 1), (22_050, 4, 6), (16_000, 1, 1), (8_000, 2, 1)]


@pytest.mark.parametrize(("rate", "width", "channels"), FORMATS)
def test_sound_of_any_format_is_heard(uri: str, rate: int, width: int, channels: int) -> None:
    async def talk() -> str:
        async with client(uri) as server:
            return transcript(await transcribe(server, chunks(SERIOUS, rate, width, channels)))

    heard = asyncio.run(talk())
    assert heard == "is upper back pain serious" or (rate == 8_000 and "pain" in heard)


@pytest.mark.parametrize("size", [30, 333, 2_048, 400_000])
def test_pieces_of_any_size_are_heard_alike(uri: str, size: int) -> None:
    async def talk() -> str:
        async with client(uri) as server:
            return transcript(await transcribe(server, chunks(CHEST, size=size)))

    assert asyncio.run(talk()) == "i have chest pain and my arm is numb"


def test_sound_without_speech_gives_no_words(uri: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            for name in ("silence.wav", "noise.wav"):
                assert transcript(await transcribe(server, chunks(HERE / name))) == ""
            assert transcript(await transcribe(server, [])) == ""

    asyncio.run(talk())


def test_two_questions_in_one_stream_come_as_they_end(uri: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            both = [*chunks(SERIOUS), *chunks(HERE / "silence.wav"), *chunks(CHEST)]
            events = await transcribe(server, both)
            parts = [event.data["text"] for event in events if event.type == "transcript-chunk"]
            assert parts == ["is upper back pain serious", " i have chest pain and my arm is numb"]
            assert "".join(parts) == transcript(events)

    asyncio.run(talk())


def test_what_is_spoken_can_be_heard_again(uri: str, tmp_path: Path) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            events = await speak(server, "Is upper back pain serious?")
            write_wav(events, tmp_path / "said.wav")
            assert transcript(await transcribe(server, chunks(tmp_path / "said.wav"))) == "is upper back pain serious"

    asyncio.run(talk())


def sound(events: list[object]) -> bytes:
    return b"".join(getattr(event, "payload", None) or b"" for event in events)


def test_streamed_text_is_spoken_sentence_by_sentence(uri: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            await server.write_event(SynthesizeStart().event())
            await server.write_event(SynthesizeChunk("Hello there. How").event())
            events = await until(server, "audio-chunk")
            assert events[-1].payload, "the first sentence is spoken before the second is whole"
            for text in (" are you", " today?"):
                await server.write_event(SynthesizeChunk(text).event())
            await server.write_event(Synthesize("Hello there. How are you today?").event())
            await server.write_event(SynthesizeStop().event())
            events += await until(server, "synthesize-stopped")
            kinds = [event.type for event in events if event.type != "audio-chunk"]
            assert kinds == ["audio-start", "audio-stop", "synthesize-stopped"]
            one = sound(await speak(server, "Hello there.")) + sound(await speak(server, "How are you today?"))
            assert sound(events) == one

    asyncio.run(talk())


def test_markup_is_not_spoken(uri: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            plain = await speak(server, "you & me")
            marked = await speak(server, "<speak>you <b>&amp;</b> me</speak>", text_format="ssml")
            assert sound(plain) == sound(marked)

    asyncio.run(talk())


@pytest.mark.parametrize("text", ["", "...", " \n", "\u200b"])
def test_nothing_to_say_is_a_silence(uri: str, text: str) -> None:
    async def talk() -> None:
        async with client(uri) as server:
            assert [event.type for event in await speak(server, text)] == ["audio-start", "audio-stop"]

    asyncio.run(talk())


def test_typed_lines_get_the_command_lines_answers(skill: Skill, uri: str) -> None:
    """Without a conversation as ``ask`` does, in a new one as ``ask --session``."""

    async def talk() -> None:
        for number, text in enumerate(lines()):
            session = number % 2 == 0
            async with client(uri) as server:
                event = await ask(server, text, f"line {number}" if session else None)
            expected = by_command_line(skill, text, session)
            assert event.data["text"] == expected.text, text
            assert event.type == "handled" or expected.level != "emergency", text

    asyncio.run(talk())


def test_recordings_get_the_command_lines_answers(by_recording: Callable[[Path], tuple[Turn, ...]], uri: str) -> None:
    """Heard by asr and answered by handle, as Home Assistant does it."""

    async def talk(path: Path) -> str:
        async with client(uri) as server:
            heard = transcript(await transcribe(server, chunks(path)))
        async with client(uri) as server:
            return f"{heard}: {(await ask(server, heard)).data['text']}" if heard else ""

    for path in RECORDINGS:
        turns = by_recording(path)
        assert len(turns) <= 1, "one question a recording"
        expected = [f"{turn.understanding.transcript.text}: {turn.reply.text}" for turn in turns]
        assert asyncio.run(talk(path)) == "".join(expected), path.name
