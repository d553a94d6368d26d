# SPDX-License-Identifier: Apache-2.0
"""Operations: what a sysadmin sees of the machinery, and a job that is tried again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from atr.domain.operations import PartState
from atr.services.door import Door
from atr.services.operations import NoteTrouble
from atr.web.pages.job_rows import locate_argument
from atr.web.pages.operations import say_duration
from atr.web.parts import WebParts
from tests.integration.services.test_operations import add_job, add_worker, find_status
from tests.support.browsing import Visitor, walk_in
from tests.support.door import SettableClock
from tests.support.playground import add_person, make_project
from tests.support.website import Client, enter_as

WalkIn = Callable[[str], Visitor]


@pytest.fixture
def website(website: WebParts) -> WebParts:
    parts = (PartState("sandbox", True, "with Landlock"), PartState("spool", False, "The disk is full."))
    return replace(website, examine=lambda: parts)


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    make_project(door)
    add_person(door, "root", sysadmin=True)
    return lambda user: walk_in(api, door, user)


def test_a_quiet_machine_says_so(enter: WalkIn) -> None:
    page = enter("root").look("/operations")
    for words in ("Everything gets on", "No worker is alive", "No job waits", "Sandbox", "Spool is wrong"):
        assert words in page.text
    assert "Administration" in page.text


def test_what_does_not_get_on_stands_there_with_its_reason(enter: WalkIn, door: Door, engine: Engine) -> None:
    worker = add_worker(engine)
    add_job(engine, "doing", worker_id=worker)
    add_worker(engine, silent=7200)
    job = add_job(engine, "failed", attempts=1)
    door.keep(NoteTrouble(job, "The registry said <no>."))
    page = enter("root").look("/operations")
    for words in (
        "Write keys",
        "The registry said <no>.",
        "1 attempt",
        "Silent",
        "2 hours ago",
        "Try again now",
    ):
        assert words in page.text
    assert "/projects/demo" in page.links
    assert "Spool is wrong" not in enter("root").look("/operations?live=true").text


def test_a_job_is_tried_again_and_a_second_press_does_no_harm(
    enter: WalkIn, engine: Engine, clock: SettableClock
) -> None:
    job = add_job(engine, "failed")
    root = enter("root")
    for _ in range(2):
        assert root.send(f"/operations/jobs/{job}/retry").leads_to == "/operations"
        assert f"Job {job} (write keys) is tried again." in root.look("/operations").text
        clock.advance(minutes=5)
    assert find_status(engine, job) == ("todo", True)


def test_a_job_that_needs_no_other_try_is_explained(enter: WalkIn, engine: Engine) -> None:
    root = enter("root")
    running = add_job(engine, "doing", worker_id=add_worker(engine))
    root.send(f"/operations/jobs/{running}/retry")
    assert f"Job {running} is running and needs no other try." in root.look("/operations").text
    root.send("/operations/jobs/999/retry")
    assert "Job 999 is done by now." in root.look("/operations").text


def test_nobody_else_comes_in(enter: WalkIn, engine: Engine) -> None:
    assert enter("alice").look("/operations").status == 403
    assert enter("alice").send("/operations/jobs/1/retry").status == 403
    assert enter("").look("/operations").leads_to == "/sign-in?next=/operations"


def test_the_api_says_the_same(api: Client, enter: WalkIn, door: Door, engine: Engine) -> None:
    enter("")
    worker = add_worker(engine)
    job = add_job(engine, "failed", attempts=2)
    door.keep(NoteTrouble(job, "No."))
    root = enter_as(door, "root")
    answer = api.get("/api/v1/operations", headers=root).json()
    assert answer["workers"][0] | {"silent_for": 0} == {
        "id": worker,
        "alive": True,
        "silent_for": 0,
        "jobs": [],
    }
    assert answer["queues"] == [{"queue": "errands", "states": {"failed": 1}}]
    assert (answer["jobs"][0]["id"], answer["jobs"][0]["reason"]) == (job, "No.")
    assert answer["parts"][1] == {"part": "spool", "good": False, "state": "The disk is full."}
    assert answer["database"]["size"] > 0
    retry = f"/api/v1/operations/jobs/{job}/retry"
    assert api.post(retry, headers=root).json()["state"] == "failed"
    assert find_status(engine, job) == ("todo", True)
    assert api.get("/api/v1/operations", headers=enter_as(door, "alice")).status_code == 403
    assert api.post(retry).status_code == 401


@pytest.mark.parametrize(
    ("kind", "argument", "path"),
    [
        ("send mail", "<a@b>", "/mails/a@b"),
        ("publish release", "demo/main/1.0", "/releases/demo/main/1.0"),
        ("evaluate revision", "demo/main/1.0@3", "/releases/demo/main/1.0"),
        ("resolve round", "demo/main/1.0#1", "/releases/demo/main/1.0"),
        ("distribute", "demo/main/1.0 on npm", "/releases/demo/main/1.0"),
        ("test channel", "npm", "/channels/npm"),
        ("ask sender", "17", ""),
        ("write keys", "No such key", ""),
    ],
)
def test_a_job_leads_to_what_it_is_about(kind: str, argument: str, path: str) -> None:
    assert locate_argument(kind, argument) == path


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 seconds"), (1, "1 second"), (119, "1 minute"), (7_200, "2 hours"), (90_000, "1 day")],
)
def test_lengths_of_time_are_told_roughly(seconds: int, words: str) -> None:
    assert say_duration(timedelta(seconds=seconds)) == words
