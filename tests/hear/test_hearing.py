"""A recording heard ahead of being asked for: the same words, the same faults, and an end to it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from voice_skill.errors import RecordingError
from voice_skill.hear.hearing import Hearing
from voice_skill.hear.models import starter

RECORDINGS = Path(__file__).parent.parent / "recordings"
ONE, OTHER = RECORDINGS / "is_upper_back_pain_serious.wav", RECORDINGS / "is_walking_good_for_upper_back_pain.wav"


@pytest.fixture
def hearing() -> Iterator[Hearing]:
    with closing(Hearing(starter)) as hearing:
        yield hearing


def texts(hearing: Hearing, path: Path) -> list[str]:
    return [transcript.text for transcript, _ in hearing.transcripts(path)]


def test_what_was_begun_is_heard_as_if_it_were_not(hearing: Hearing) -> None:
    hearing.begin(ONE)
    assert texts(hearing, ONE) == texts(hearing, ONE) == ["is upper back pain serious"]


def test_another_recording_than_the_one_begun_is_heard_for_itself(hearing: Hearing) -> None:
    hearing.begin(ONE)
    assert texts(hearing, OTHER) == ["is walking good for upper back pain"]
    assert texts(hearing, ONE) == ["is upper back pain serious"]


def test_faults_wait_until_somebody_asks(hearing: Hearing, tmp_path: Path) -> None:
    hearing.begin(tmp_path / "missing.wav")
    with pytest.raises(RecordingError, match="no such file"):
        texts(hearing, tmp_path / "missing.wav")
    assert texts(hearing, ONE) == ["is upper back pain serious"]


def test_closed_it_hears_no_more(hearing: Hearing) -> None:
    hearing.close()
    hearing.begin(ONE)
    assert texts(hearing, ONE) == []
