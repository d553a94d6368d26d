# SPDX-License-Identifier: Apache-2.0
"""The guide to a first release: on the first page, on a page of its own, and in the API."""

from collections.abc import Callable

import pytest

from atr.services.door import Door
from atr.services.releases import CreateRelease
from tests.support.browsing import Visitor, walk_in
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY
from tests.support.website import Client, enter_as

WalkIn = Callable[[str], Visitor]


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


def test_a_stranger_reads_the_whole_way_and_is_led_to_sign_in(enter: WalkIn) -> None:
    page = enter("").look("/help/first-release")
    assert "Seal the revision" in page.text
    assert "/sign-in?next=/help/first-release" in page.links


def test_a_release_manager_without_a_release_is_guided_at_home(enter: WalkIn, door: Door) -> None:
    make_project(door)
    page = enter("rm").look("/")
    assert "Your first release" in page.text
    assert "Next: Add your signing key" in page.text
    assert "/me/keys" in page.links


def test_the_guide_can_be_put_away_and_taken_out_again(enter: WalkIn, door: Door) -> None:
    make_project(door)
    rm = enter("rm")
    assert rm.send("/help/first-release", {"guide": "away", "next": "/"}).leads_to == "/"
    assert "Your first release" not in rm.look("/").text
    assert "Show the guide on the first page" in rm.look("/help/first-release").text
    rm.send("/help/first-release", {"guide": "here", "next": "/"})
    assert "Your first release" in rm.look("/").text


def test_the_guide_leads_nobody_to_another_site(enter: WalkIn) -> None:
    answer = enter("").send("/help/first-release", {"guide": "away", "next": "https://evil.example/"})
    assert answer.leads_to == "/"


def test_the_steps_lead_to_the_release_that_was_begun(enter: WalkIn, door: Door) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    page = enter("rm").look("/help/first-release")
    assert f"/releases/{KEY.storage_key}/files" in page.links
    assert "About" in page.text


def test_programs_learn_what_waits_and_how_far_one_is(api: Client, door: Door) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    headers = enter_as(door, "rm")
    waiting = api.get("/api/v1/me/waiting", headers=headers).json()
    (release,) = waiting["releases"]
    assert (release["release"], release["mine"]) == (str(KEY), True)
    guide = api.get("/api/v1/me/first-release", headers=headers).json()
    assert guide["next"] == "add key"
    assert {"step": "begin", "done": True} in guide["steps"]


def test_nothing_waits_for_a_program_without_a_person(api: Client) -> None:
    assert api.get("/api/v1/me/waiting").status_code == 401
    assert api.get("/api/v1/me/first-release").json()["next"] == "sign in"
