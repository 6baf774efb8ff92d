"""Transcript to Understanding: red flags first, then the closest entry and the commands."""
