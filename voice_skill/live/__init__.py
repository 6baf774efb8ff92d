"""Hands-free: the four rooms joined by a microphone and a loudspeaker, turn by turn."""
