"""A lamp of three colours that follows ``voice-skill listen --events``, red for an emergency.

::

    voice-skill listen --events | python examples/lamp.py 17 27 22

The numbers are the GPIO pins of red, green and blue. Any program that reads JSON lines can do the same for captions,
braille or a phone: an event has ``state``, ``heard``, ``entry``, ``score``, ``level``, ``red_flags``, ``captions`` and
``notice``.
"""

import json
import sys
from collections.abc import Iterable

import gpiozero

DARK, RED, YELLOW, GREEN, BLUE = (0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1)
STATES = {"sleeping": DARK, "listening": GREEN, "thinking": YELLOW, "speaking": BLUE}


def follow(lines: Iterable[str], lamp: gpiozero.RGBLED) -> None:
    """Set the lamp by each event. An emergency blinks red until the next one."""
    for line in lines:
        event = json.loads(line)
        if event["level"] == "emergency" and event["state"] == "speaking":
            lamp.blink(0.25, 0.25, on_color=RED)
        else:
            lamp.color = STATES[event["state"]]


if __name__ == "__main__":
    follow(sys.stdin, gpiozero.RGBLED(*map(int, sys.argv[1:4]), pwm=False))
