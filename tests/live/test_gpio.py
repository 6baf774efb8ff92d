"""The light and the button on gpiozero's own mock pins."""

import json
import os
import runpy
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gpiozero
import pytest
from fed import Fed
from gpiozero.pins.mock import MockFactory

from voice_skill.cli.live_display import Lit, Notices, as_event
from voice_skill.errors import UsageError
from voice_skill.live.gpio import HELD, Light, button
from voice_skill.live.machine import State
from voice_skill.live.scene import Scene
from voice_skill.messages import Level

PIN = 17
LAMP = Path(__file__).parents[2] / "examples" / "lamp.py"


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before, gpiozero.Device.pin_factory = gpiozero.Device.pin_factory, MockFactory()
    yield gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory.reset()
    gpiozero.Device.pin_factory = before


def changes(pins: MockFactory, seconds: float) -> int:
    """How often the pin changed in the time to come."""
    pin = pins.pin(PIN)
    pin.clear_states()
    time.sleep(seconds)
    return len(pin.states) - 1


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_light_is_dark_asleep_and_steady_while_it_listens(pins: MockFactory) -> None:
    light = Light(PIN)
    assert (pins.pin(PIN).state, changes(pins, 0.3)) == (0, 0)
    light.show(State.LISTENING)
    assert (pins.pin(PIN).state, changes(pins, 0.3)) == (1, 0)
    light.show(State.SLEEPING)
    assert (pins.pin(PIN).state, changes(pins, 0.3)) == (0, 0)
    light.close()


@pytest.mark.parametrize("after", [State.SLEEPING, State.LISTENING])
def test_light_blinks_at_work_and_stops_after_it(pins: MockFactory, after: State) -> None:
    light = Light(PIN)
    light.show(State.SPEAKING)
    slow = changes(pins, 1.2)
    light.show(State.THINKING)
    quick = changes(pins, 1.2)
    assert 1 <= slow < quick
    light.show(after)
    assert pins.pin(PIN).state == (after is State.LISTENING)
    assert changes(pins, 0.6) == 0
    light.close()


def test_light_is_dark_and_free_when_it_is_closed(pins: MockFactory) -> None:
    light = Light(PIN)
    light.show(State.LISTENING)
    light.close()
    assert pins.pin(PIN).state == 0
    Light(PIN).close()


def test_light_follows_the_scenes_beside_another_display(pins: MockFactory, capsys: pytest.CaptureFixture[str]) -> None:
    display = Lit(PIN, Notices(sys.stdout))
    display.show(Scene(State.LISTENING, heard="is walking good"))
    assert pins.pin(PIN).state == 1
    display.show(Scene(State.SLEEPING, heard="is walking good", captions=("Walking.",), notice="no loudspeaker"))
    display.level(100.0)
    display.close()
    assert capsys.readouterr().out == "no loudspeaker\n", "no word that was heard, and none that was said"


def test_button_pressed_is_told_once_and_held_after_a_second(pins: MockFactory) -> None:
    pressed, held = [], threading.Event()
    with button(PIN, lambda: pressed.append(time.monotonic()), held.set):
        pins.pin(PIN).drive_low()
        until(lambda: len(pressed) == 1)
        assert held.wait(20)
        assert time.monotonic() - pressed[0] >= 0.9 * HELD
        pins.pin(PIN).drive_high()
        held.clear()
        time.sleep(0.1)  # longer than the contacts bounce
        pins.pin(PIN).drive_low()
        until(lambda: len(pressed) == 2)
        pins.pin(PIN).drive_high()
        assert not held.wait(1.2 * HELD)


def test_a_pin_in_use_or_none_at_all_is_one_line(pins: MockFactory) -> None:
    light = Light(PIN)
    with pytest.raises(UsageError, match=f"GPIO {PIN} cannot be used"):
        Light(PIN)
    with pytest.raises(UsageError, match="GPIO 999 cannot be used") as error:
        Light(999)
    assert "\n" not in str(error.value)
    light.close()


def test_a_machine_without_pins_says_so_in_a_line() -> None:
    """gpiozero warned of each library that it had tried, in eight lines."""
    command = [sys.executable, "-m", "voice_skill", "listen", "--no-speech", "--light", str(PIN)]
    environ = {name: text for name, text in os.environ.items() if name != "GPIOZERO_PIN_FACTORY"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"GPIO {PIN} cannot be used" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_held_button_silences_it_and_lets_it_sleep(fed: Fed) -> None:
    fed.say("hey back coach", then=1)
    assert fed.state == "listening"
    fed.hands_free.press()
    fed.hands_free.rest()
    fed.quiet(0.1)
    assert fed.state == "sleeping"
    assert fed.say("is upper back pain serious") is None


@pytest.mark.parametrize(
    ("scene", "colour"),
    [
        (Scene(State.SLEEPING), (0, 0, 0)),
        (Scene(State.LISTENING), (0, 1, 0)),
        (Scene(State.SPEAKING, level=Level.SOON), (0, 0, 1)),
        (Scene(State.SPEAKING, level=Level.EMERGENCY), (1, 0, 0)),
    ],
)
def test_the_example_of_events_shows_each_state(pins: MockFactory, scene: Scene, colour: tuple[int, ...]) -> None:
    follow: Any = runpy.run_path(str(LAMP))["follow"]
    with gpiozero.RGBLED(PIN, 27, 22, pwm=False) as lamp:
        follow([json.dumps(as_event(Scene(State.THINKING))), json.dumps(as_event(scene))], lamp)
        until(lambda: tuple(lamp.color) == colour)
