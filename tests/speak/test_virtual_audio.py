"""The instruments before the patient: what is played to the virtual devices is what is recorded from them."""

import numpy as np
import sounddevice
from virtual_audio import HEARD_RATE, VirtualAudio


def tone(hertz: float, seconds: float, rate: int) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.int16)


def play(samples: np.ndarray, rate: int) -> None:
    """To the end: a stream that is stopped loses what PulseAudio still holds, so silence follows."""
    sounddevice.play(np.append(samples, np.zeros(rate // 2, np.int16)), rate, blocking=True, latency=0.2)


def pitch(samples: np.ndarray, rate: int) -> float:
    """The strongest frequency, hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * rate / len(samples)


def test_what_is_played_is_recorded_from_the_loudspeaker(virtual_audio: VirtualAudio) -> None:
    with virtual_audio.recording() as recorded:
        play(tone(440, 0.5, 22_050), 22_050)
    assert abs(pitch(recorded.audible, HEARD_RATE) - 440) < 5
    assert 0.35 < len(recorded.audible) / HEARD_RATE < 0.6


def test_who_speaks_is_heard_by_the_microphone_alone(virtual_audio: VirtualAudio) -> None:
    with virtual_audio.recording() as loudspeaker, sounddevice.InputStream(16_000, channels=1, dtype="int16") as mic:
        speaker = virtual_audio.speak(tone(600, 0.5, 16_000), 16_000, wait=False)
        heard, _ = mic.read(16_000)
        speaker.join()
    assert abs(pitch(heard[:, 0], 16_000) - 600) < 5
    assert len(loudspeaker.audible) == 0


def test_a_device_that_was_unplugged_comes_back(virtual_audio: VirtualAudio) -> None:
    virtual_audio.unplug("speaker")
    virtual_audio.plug("speaker")
    with virtual_audio.recording() as recorded:
        play(tone(440, 0.3, 22_050), 22_050)
    assert len(recorded.audible) > 0.2 * HEARD_RATE
