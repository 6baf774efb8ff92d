"""How long to leave a stage alone that failed, so that one that fails again and again costs little. Pure."""

FIRST, LONGEST = 0.5, 30.0
"""Seconds after the first failure, doubled with each, and the most."""

CALM = 60.0
"""Seconds without a failure after which the next one is a first again."""


class Pause:
    """The pause after a failure."""

    def __init__(self) -> None:
        self._until = 0.0
        self._length = 0.0

    def over(self, now: float) -> bool:
        """Whether to try again."""
        return now >= self._until

    def after_failure(self, now: float) -> bool:
        """Begin a pause; whether this failure is the first for a while."""
        first = self._length == 0.0 or now - self._until > CALM
        self._length = FIRST if first else min(LONGEST, 2 * self._length)
        self._until = now + self._length
        return first
