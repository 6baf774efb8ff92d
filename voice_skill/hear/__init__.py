"""Sound to Transcript: recordings, voice activity, speech recognition and its models."""

SAMPLE_RATE = 16_000
"""Hertz. What the speech models and the voice detector are made for."""
