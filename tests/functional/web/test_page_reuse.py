# SPDX-License-Identifier: Apache-2.0
"""Pages that are shown again while nothing is written, and made anew at once when something is."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from atr.db.engine import count_queries
from atr.domain.project import ProjectChange
from atr.services.door import Door
from atr.services.projects import EditProject
from tests.support.door import SettableClock
from tests.support.playground import act_as, make_project, sign_in
from tests.support.scenes import DEMO
from tests.support.voting import KEY, cast_vote, seal_release, set_policy, start_vote
from tests.support.website import Client

RELEASE = f"/releases/{KEY.project}/{KEY.product}/{KEY.version}"
NONCE = re.compile(r'nonce="([^"]+)"')
TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')
MANY = 20
Look = Callable[[str], str]


@pytest.fixture(autouse=True)
def voted_on(door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)


@pytest.fixture
def look(api: Client) -> Look:
    def get(path: str) -> str:
        answer = api.get(path)
        assert answer.status_code == 200
        return answer.text

    return get


def enter(api: Client, door: Door, user: str) -> None:
    api.cookies.set("atr_session", sign_in(door, user).secret)


def count(engine: Engine, look: Look, path: str, times: int = 1) -> int:
    """Return how many queries it takes at least to see a page; other tests write into the same cluster."""
    found = []
    for _ in range(times):
        with count_queries(engine) as log:
            look(path)
        found.append(len(log))
    return min(found)


@pytest.mark.parametrize("path", ["/", RELEASE])
def test_a_page_is_shown_again_while_nothing_is_written(
    look: Look, api: Client, door: Door, engine: Engine, path: str
) -> None:
    enter(api, door, "rm")
    assert count(engine, look, path) > 5
    assert count(engine, look, path, MANY) <= 3


def test_scripts_and_forms_of_each_answer_are_its_own(api: Client) -> None:
    answers = [api.get(RELEASE, headers={"cookie": ""}) for _ in range(2)]
    nonces = [set(NONCE.findall(each.text)) for each in answers]
    tokens = [set(TOKEN.findall(each.text)) for each in answers]

    assert nonces[0].isdisjoint(nonces[1])
    for answer, found in zip(answers, nonces, strict=True):
        (nonce,) = found
        assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
    assert [len(each) for each in tokens] == [1, 1]
    assert all(token in api.cookies["atr_csrf"] for token in tokens[1])


def test_whatever_is_written_is_seen_at_once(look: Look, door: Door) -> None:
    before = look("/"), look(RELEASE)
    cast_vote(door, "alice")
    change = ProjectChange(name="Renamed")
    door.perform(act_as(door, "alice"), EditProject(DEMO, change))

    assert "Renamed" not in before[0]
    assert "Renamed" in look("/")
    assert "0 binding +1" in before[1]
    assert "1 binding +1" in look(RELEASE)


def test_nobody_is_shown_the_page_of_somebody_else(look: Look, api: Client, door: Door) -> None:
    enter(api, door, "rm")
    mine = look("/")
    enter(api, door, "alice")
    theirs = look("/")
    api.cookies.delete("atr_session")

    assert ">rm<" in mine
    assert ">rm<" not in theirs
    assert "Sign in" in look("/")


def test_a_chosen_appearance_is_shown(look: Look, api: Client) -> None:
    assert 'data-theme="auto"' in look("/")
    api.cookies.set("atr_theme", "dark")
    assert 'data-theme="dark"' in look("/")


def test_what_changes_by_time_alone_is_shown_after_a_second(
    look: Look, clock: SettableClock, engine: Engine
) -> None:
    count(engine, look, RELEASE, MANY)
    clock.advance(seconds=0.9)
    assert count(engine, look, RELEASE, MANY) <= 1
    clock.advance(seconds=1.1)
    assert count(engine, look, RELEASE) > 5


def test_a_message_for_one_page_is_shown_once(look: Look, api: Client, door: Door) -> None:
    set_policy(door, min_hours=0)
    enter(api, door, "rm")
    form = TOKEN.search(look(f"{RELEASE}/votes/1"))
    assert form is not None
    data = {"_csrf_token": form[1], "hours": "24"}
    answer = api.post(f"{RELEASE}/votes/1/extend", data=data)
    shown, again = answer.text, look(f"{RELEASE}/votes/1")

    assert answer.status_code == 200
    assert 'class="toast' in shown
    assert 'class="toast' not in again
