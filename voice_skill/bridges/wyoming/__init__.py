"""The Wyoming protocol, by which Home Assistant speaks to voice services: handle, asr and tts."""
