"""The virtual loudspeaker, for every test of this room."""

from virtual_audio import virtual_audio, virtual_server  # noqa: F401 - fixtures
