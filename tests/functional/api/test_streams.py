# SPDX-License-Identifier: Apache-2.0
"""Watching a release from a real server: every change arrives, and going away ends it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from atr.db.engine import count_queries
from atr.domain.lifecycle import Phase
from atr.services.door import Door
from atr.services.evaluations import NoteProgress
from atr.services.release_phases import MoveRelease
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.votes import ExtendRound
from atr.web.api import streams
from atr.web.parts import WebParts
from tests.support.house import ServedHouse
from tests.support.playground import act_as, make_project
from tests.support.uploading import RELEASE
from tests.support.voting import FILES, KEY, FinishChecks, StoreFiles, cast_vote, start_vote


@pytest.fixture
def address(
    served_house: ServedHouse, website: WebParts, door: Door, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    monkeypatch.setattr(streams, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(streams, "_SILENT_BEATS", 3)
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    with served_house.inhabit(website) as url:
        yield url


def follow(lines: Iterator[str], name: str = "pulse") -> Iterator[dict[str, Any]]:
    """Yield the data of each event of a name."""
    event = ""
    for line in lines:
        if not line:  # the end of an event; a comment may follow, whose data is empty
            event = ""
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        if line.startswith("data: ") and event == name:
            yield json.loads(line.removeprefix("data: "))


def test_a_watcher_sees_each_change(address: str, door: Door) -> None:
    rm = act_as(door, "rm")
    with httpx2.stream("GET", f"{address}{RELEASE}/stream", timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "no-store" in answer.headers["cache-control"]
        events = follow(answer.iter_lines())
        first = next(events)
        assert (first["phase"], first["revision"]) == ("compose", 0)
        # A pulse is read while the change is being committed, so one may be half of it.
        door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles(FILES))))
        assert any((each["revision"], each["evaluation"]) == (1, "waiting") for each in events)
        door.keep(NoteProgress(KEY, 1, 1, 2))
        assert any(each["done"] == 1 for each in events)
        door.keep(FinishChecks(KEY, 1))
        assert any(each["evaluation"] == "finished" for each in events)
        door.perform(rm, MoveRelease(KEY, Phase.EVALUATE))
        assert any(each["phase"] == "evaluate" for each in events)


def test_a_watcher_is_told_the_count_whenever_it_changes(address: str, door: Door) -> None:
    bring_to_vote(door)
    with httpx2.stream("GET", f"{address}{RELEASE}/stream", timeout=20) as answer:
        tallies = follow(answer.iter_lines(), "tally")
        first = next(tallies)
        assert (first["round"], first["voters"], first["state"]) == (1, 0, "open")
        cast_vote(door, "alice")
        assert (second := next(tallies))["tally"]["binding"]["in_favour"] == 1
        assert (second["voters"], second["newest_at"]) == (1, "2026-11-21T12:00:00Z")
        door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, 5))
        assert next(tallies)["deadline_at"] == "2026-11-24T17:00:00Z"
        cast_vote(door, "alice", "-1")
        assert next(tallies)["tally"]["binding"]["against"] == 1


def bring_to_vote(door: Door) -> None:
    """Seal the release of the test and open its vote."""
    rm = act_as(door, "rm")
    door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles(FILES))))
    door.keep(FinishChecks(KEY, 1))
    door.perform(rm, MoveRelease(KEY, Phase.EVALUATE))
    start_vote(door)


def test_a_quiet_stream_shows_that_it_lives(address: str) -> None:
    with httpx2.stream("GET", f"{address}{RELEASE}/stream", timeout=20) as answer:
        lines = answer.iter_lines()
        assert any(line == ": still here" for line in lines)


def test_a_stream_ends_when_the_watcher_goes(address: str, engine: Engine) -> None:
    with httpx2.stream("GET", f"{address}{RELEASE}/stream", timeout=20) as answer:
        next(answer.iter_lines())
    deadline = time.monotonic() + 10
    while True:
        with count_queries(engine) as log:
            time.sleep(0.2)  # ten beats
        if not log:
            break
        assert time.monotonic() < deadline, "somebody still asks for the release"


def test_nothing_can_be_watched_that_is_not_there(address: str) -> None:
    answer = httpx2.get(f"{address}{RELEASE.replace('1.0', '9.9')}/stream")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
