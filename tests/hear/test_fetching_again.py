"""A download that fails on the way: tried again, and gone on with where it was."""

import socket
from pathlib import Path

import pytest
from conftest import (
    MODEL,
    Answer,
    Handler,
    Site,
    dropped,
    status,
    without_ranges,
)
from fetched import AT_ONCE, ZIP, Listener, assert_whole, hidden, visible

from voice_skill.errors import FetchError
from voice_skill.hear import fetching, shelf
from voice_skill.hear.manifest import ModelInfo


@pytest.mark.parametrize("after", [0, 1, 300_000, len(ZIP) - 1])
def test_dropped_connection_goes_on_where_it_was(info: ModelInfo, folder: Path, site: Site, after: int) -> None:
    site.scripted.append(dropped(after))
    listener = Listener()
    fetching.fetch(info, folder, watcher=listener, pauses=AT_ONCE)
    assert_whole(folder)
    assert site.ranges == [None, f"bytes={after}-" if after else None]
    assert len(listener.notes) == 1
    assert "dropped" in listener.notes[0]


def test_drops_in_every_try_but_the_last(info: ModelInfo, folder: Path, site: Site) -> None:
    site.scripted.extend(dropped(200_000) for _ in AT_ONCE)
    fetching.fetch(info, folder, pauses=AT_ONCE)
    assert_whole(folder)
    assert site.ranges == [None, "bytes=200000-", "bytes=400000-", "bytes=600000-"]


def test_later_fetch_resumes_what_too_many_drops_left(info: ModelInfo, folder: Path, site: Site) -> None:
    site.scripted.extend(dropped(100_000) for _ in range(4))
    with pytest.raises(FetchError, match=r"dropped after 0\.4 MB of 1\.5 MB\. Run the same command again to go on"):
        fetching.fetch(info, folder, pauses=AT_ONCE)
    assert visible(folder) == []
    assert hidden(folder) == [f".{MODEL}.zip.part"]
    fetching.fetch(info, folder)
    assert_whole(folder)
    assert site.ranges[-1] == "bytes=400000-"


def reset(handler: Handler) -> None:
    """The connection is torn down, not closed."""
    handler.begin(200, len(handler.data))
    handler.wfile.write(handler.data[:1000])
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


def other_part(handler: Handler) -> None:
    """A range, but not the one asked for."""
    data = handler.data[7:]
    handler.begin(206, len(data), Content_Range=f"bytes 7-{len(handler.data) - 1}/{len(handler.data)}")
    handler.wfile.write(data)


def no_range_said(handler: Handler) -> None:
    handler.begin(206, 10)
    handler.wfile.write(b"0123456789")


def no_length(handler: Handler) -> None:
    handler.begin(200, None)
    handler.wfile.write(handler.data)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(reset, id="reset"),
        pytest.param(status(500), id="500"),
        pytest.param(status(503), id="503"),
        pytest.param(status(429), id="429"),
        pytest.param(lambda handler: handler.connection.close(), id="closed_without_a_word"),
        pytest.param(lambda handler: handler.wfile.write(b"not http at all\r\n\r\n"), id="not_http"),
        pytest.param(no_range_said, id="range_of_unknown_place"),
        pytest.param(other_part, id="range_of_another_place"),
    ],
)
def test_failure_that_passes_is_tried_again(info: ModelInfo, folder: Path, site: Site, first: Answer) -> None:
    site.scripted.append(first)
    fetching.fetch(info, folder, pauses=AT_ONCE)
    assert_whole(folder)
    assert len(site.ranges) == 2


@pytest.mark.parametrize("second", [without_ranges, status(416), other_part, no_range_said, no_length])
def test_server_that_cannot_resume_starts_over(info: ModelInfo, folder: Path, site: Site, second: Answer) -> None:
    site.scripted.extend([dropped(500_000), second])
    fetching.fetch(info, folder, pauses=AT_ONCE)
    assert_whole(folder)


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(ZIP[:-1], id="all_but_one_byte"),
        pytest.param(ZIP, id="all"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"x" * 1000, id="other_bytes"),
        pytest.param(b"x" * len(ZIP), id="other_bytes_of_the_right_length"),
        pytest.param(ZIP + b"x", id="too_much"),
    ],
)
def test_whatever_an_earlier_run_left_the_model_comes_out_right(info: ModelInfo, folder: Path, left: bytes) -> None:
    folder.mkdir(parents=True)
    shelf.part_of(MODEL, folder).write_bytes(left)
    (shelf.unpacking_folder(MODEL, folder) / "am").mkdir(parents=True)
    fetching.fetch(info, folder)
    assert_whole(folder)


def test_whole_part_needs_no_network(info: ModelInfo, folder: Path, site: Site) -> None:
    folder.mkdir(parents=True)
    shelf.part_of(MODEL, folder).write_bytes(ZIP)
    fetching.fetch(info, folder)
    assert site.ranges == []
