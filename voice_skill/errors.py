"""Everything that can go wrong, in words that say what to do.

::

    VoiceSkillError             anything below; the command line prints it as one line
    ├── UsageError              the command or a setting was wrong (exit status 2)
    │   └── SettingsError       an unknown key or an impossible value in the settings
    ├── ContentError            responses/ has faults; all of them are listed
    ├── RecordingError          an audio file cannot be read or holds no usable sound
    ├── ModelError              no speech model, or one that is not whole
    │   └── FetchError          a model could not be downloaded or verified
    ├── RecognitionError        the recogniser failed on sound that was readable
    ├── SynthesisError          the voice is missing or made no sound
    ├── AudioDeviceError        no microphone or loudspeaker, or it was taken away
    ├── ServiceError            systemd is missing, or does not do what it is asked
    └── BridgeError             another assistant or a browser cannot be served

Third-party exceptions are turned into one of these where the library is called, with ``from error``.
"""


class VoiceSkillError(Exception):
    """A fault a person can mend. Its text is one line (``ContentError``: one line a fault)."""


class UsageError(VoiceSkillError):
    """The command was used wrongly."""


class SettingsError(UsageError):
    """A setting is unknown or its value impossible."""


class ContentError(VoiceSkillError):
    """``responses/`` cannot be used as it is."""


class RecordingError(VoiceSkillError):
    """A recording cannot be read, or holds nothing to recognise."""


class ModelError(VoiceSkillError):
    """The speech model is missing or not whole."""


class FetchError(ModelError):
    """A model could not be downloaded, verified or unpacked."""


class RecognitionError(VoiceSkillError):
    """The recogniser failed."""


class SynthesisError(VoiceSkillError):
    """Text could not be turned into speech."""


class AudioDeviceError(VoiceSkillError):
    """A microphone or loudspeaker is missing or was lost."""


class ServiceError(VoiceSkillError):
    """The service cannot be installed, asked or removed."""


class BridgeError(VoiceSkillError):
    """Another program cannot be served: an address is taken, or what it sends is not understood."""
