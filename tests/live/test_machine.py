"""Turns without sound: what follows what, and when."""

from hypothesis import given
from hypothesis import strategies as st

from voice_skill.content import shipped_content
from voice_skill.live.machine import Due, Machine, State, Timing
from voice_skill.live.patience import Patience
from voice_skill.live.pause import LONGEST, Pause
from voice_skill.messages import Level, Match, RedFlag, Reply, Transcript, Understanding

SURE = Match("walking", 0.95, 0.9)
UNSURE = Match("walking", 0.6, 0.1)
PATIENCE = Patience(endings=shipped_content().listening.unfinished)


def understood(text: str, match: Match | None = None, command: str | None = None, flag: bool = False) -> Understanding:
    flags = (RedFlag("chest", Level.EMERGENCY, text),) if flag else ()
    return Understanding(Transcript(text), red_flags=flags, match=match, command=command)


def test_how_long_it_waits() -> None:
    assert PATIENCE.needed(understood("is walking good for upper back pain", SURE)) == 0.3
    assert PATIENCE.needed(understood("no", command="no")) == 0.3
    assert PATIENCE.needed(understood("i have chest pain and", flag=True)) == 0.3
    assert PATIENCE.needed(understood("is walking", UNSURE)) == 0.8
    for ending in ("and", "um", "because", "you know"):
        assert PATIENCE.needed(understood(f"is walking good {ending}", SURE)) == 1.6
    assert PATIENCE.needed(understood("is walking", UNSURE), factor=2) == 1.6


def test_follow_ups_are_open_for_a_while_and_not_longer() -> None:
    machine = Machine(Timing(follow_up=8))
    assert machine.state is State.SLEEPING
    machine.woken(0)
    machine.turn_ended()
    machine.replies(Reply(("Yes.",)))
    assert machine.due(99) is None
    machine.spoken(100)
    assert machine.state is State.LISTENING
    assert machine.due(107.9) is None
    assert machine.due(108) is Due.SLEEP
    assert machine.state is State.SLEEPING


def test_an_open_question_that_nobody_answers_is_a_turn_of_silence() -> None:
    machine = Machine()
    machine.woken(0)
    machine.replies(Reply(("Do you have chest pain?",), expects="chest"))
    machine.spoken(5)
    assert machine.addressed
    assert machine.due(20) is Due.SILENCE
    machine.replies(Reply(("I stop here.",), done=True))
    machine.spoken(25)
    assert machine.state is State.SLEEPING


def test_nobody_is_cut_off_while_speaking() -> None:
    machine = Machine()
    machine.woken(0)
    machine.voice(7.9)
    assert machine.due(8.5) is None
    assert machine.due(9.5) is Due.SLEEP


def test_a_radio_does_not_keep_it_awake() -> None:
    machine = Machine(Timing(follow_up=8, longest=30))
    machine.woken(0)
    for second in range(60):
        machine.voice(second)
        if machine.due(second):
            break
    assert machine.state is State.SLEEPING
    assert second == 38


def test_always_listening_never_sleeps() -> None:
    machine = Machine(always=True)
    machine.replies(Reply(("Goodbye.",), done=True))
    machine.spoken(1)
    assert machine.state is State.LISTENING
    assert machine.due(1e9) is None


@given(st.lists(st.sampled_from(["woken", "voice", "replies", "open", "spoken", "due"]), max_size=30))
def test_whatever_happens_it_ends_up_asleep(events: list[str]) -> None:
    machine, now = Machine(), 0.0
    for event in events:
        now += 1.0
        match event:
            case "woken" | "voice" | "spoken" | "due":
                getattr(machine, event)(now)
            case "replies" | "open":
                machine.replies(Reply(("x",), expects="chest" if event == "open" else None))
    for _ in range(3):
        if machine.state in (State.SPEAKING, State.THINKING):
            machine.replies(Reply(("x",), done=True))
            machine.spoken(now)
        now += 100
        machine.due(now)
    assert machine.state is State.SLEEPING


def test_failures_cost_less_and_less_and_are_told_once() -> None:
    pause, now, told = Pause(), 100.0, 0
    tries = 0
    for _ in range(3600):
        now += 0.5
        if pause.over(now):
            tries += 1
            told += pause.after_failure(now)
    assert told == 1
    assert tries <= 8 + 1800 / LONGEST
    assert pause.after_failure(now + 1000)
