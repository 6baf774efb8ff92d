"""A light and a button at the pins of a Raspberry Pi (extra ``gpio``): the one place that knows gpiozero."""

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from voice_skill.errors import UsageError
from voice_skill.live.machine import State

BOUNCE = 0.05
"""Seconds within which the contacts of a button are still closing."""

HELD = 1.0
"""Seconds after which a button counts as held."""

NO_PINS = (
    "no library for pins works here. On a Raspberry Pi take lgpio, which its system has: "
    "python3 -m venv --system-site-packages .venv"
)

BLINKS = {State.THINKING: 0.1, State.SPEAKING: 0.5}
"""Seconds on, and as many off."""


class Light:
    """A light that tells the state: dark while it sleeps, on while it listens, and it blinks, quickly while it thinks
    and slowly while it speaks.

    ``pin`` is a GPIO number; ``UsageError`` when it cannot be used.
    """

    def __init__(self, pin: int) -> None:
        self._led = _made("LED", pin)
        self._state = State.SLEEPING

    def show(self, state: State) -> None:
        """From now on, in a thread of gpiozero's."""
        if state is self._state:
            return
        self._state = state
        if state in BLINKS:
            self._led.blink(BLINKS[state], BLINKS[state])
        elif state is State.LISTENING:
            self._led.on()
        else:
            self._led.off()

    def close(self) -> None:
        """Dark, and the pin is free again."""
        self._led.off()
        self._led.close()


@contextlib.contextmanager
def button(pin: int, press: Callable[[], None], held: Callable[[], None]) -> Iterator[None]:
    """Call ``press`` when the button between GPIO ``pin`` and ground goes down, and ``held`` when it stays so.

    ``UsageError`` when the pin cannot be used.
    """
    made = _made("Button", pin, bounce_time=BOUNCE, hold_time=HELD)
    made.when_pressed, made.when_held = press, held
    try:
        yield
    finally:
        made.close()


def _made(kind: str, pin: int, **options: Any) -> Any:
    try:
        import gpiozero
    except ImportError as error:
        raise UsageError("lights and buttons need gpiozero. Run: pip install 'voice-skill[gpio]'") from error
    try:
        with warnings.catch_warnings():
            # Of each library for pins that it tries; what is wrong in the end is raised.
            warnings.simplefilter("ignore", gpiozero.PinFactoryFallback)
            return getattr(gpiozero, kind)(pin, **options)
    except gpiozero.BadPinFactory as error:
        raise UsageError(f"GPIO {pin} cannot be used: {NO_PINS}") from error
    except Exception as error:  # each pin library raises its own
        says = " ".join(str(error).split()).rstrip(".!")
        raise UsageError(f"GPIO {pin} cannot be used: {says}. Is this a Raspberry Pi?") from error
