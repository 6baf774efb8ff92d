"""Sound to Transcript: recordings, voice activity, speech recognition and its models."""
