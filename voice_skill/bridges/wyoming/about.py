"""What the service says of itself when it is asked to describe itself."""

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
)

from voice_skill import __version__
from voice_skill.bridges.skill import Skill

NAME = "voice-skill"
LANGUAGES = ["en", "en-US", "en-GB"]
OURS = Attribution("The authors of voice_skill", "")
VOSK = Attribution("Alpha Cephei", "https://alphacephei.com/vosk/")
ESPEAK = Attribution("espeak-ng", "https://github.com/espeak-ng/espeak-ng")


def info(skill: Skill, handle: bool, asr: bool, tts: bool) -> Info:
    """The services that are switched on."""
    return Info(
        handle=[_handle()] if handle else [],
        asr=[_asr(skill.hearing.model.name)] if asr else [],
        tts=[_tts()] if tts else [],
    )


def _handle() -> HandleProgram:
    says = "Questions about upper back pain, danger signs first. General information, not a medical device"
    model = HandleModel(NAME, OURS, True, says, __version__, languages=LANGUAGES)
    return HandleProgram(NAME, OURS, True, says, __version__, models=[model], supports_handled_streaming=True)


def _asr(name: str) -> AsrProgram:
    model = AsrModel(name, VOSK, True, "vosk, offline", None, languages=LANGUAGES)
    return AsrProgram(
        NAME,
        VOSK,
        True,
        "Speech recognition by vosk, offline",
        __version__,
        models=[model],
        supports_transcript_streaming=True,
    )


def _tts() -> TtsProgram:
    voice = TtsVoice("espeak-ng", ESPEAK, True, "The voice of the skill", None, languages=LANGUAGES)
    return TtsProgram(
        NAME,
        ESPEAK,
        True,
        "Speech by espeak-ng, offline",
        __version__,
        voices=[voice],
        supports_synthesize_streaming=True,
    )
