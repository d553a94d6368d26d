# SPDX-License-Identifier: Apache-2.0
"""Grave steps in a browser that signed in too long ago: nothing is done, and nothing typed is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.services.channel_views import ListChannels
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.door import SettableClock
from tests.support.playground import act_as, add_person, log_in, sign_in
from tests.support.website import Client

SECRET = "a-secret-that-nobody-reads"
FIELDS = {
    "platform": "npm",
    "name": "npm of the foundation",
    "key": "npm",
    "url": "https://npm.example.org",
    "token": SECRET,
}


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    foundation = replace(surroundings.foundation, step_up=timedelta(minutes=15))
    return replace(surroundings, foundation=foundation)


@pytest.fixture
def root(api: Client, door: Door, clock: SettableClock) -> Visitor:
    """Return a sysadmin who signed in an hour ago and is at work since."""
    add_person(door, "root", sysadmin=True)
    visitor = walk_in(api, door, "root")
    clock.advance(hours=1)
    return visitor


def count_channels(door: Door) -> int:
    return len(door.ask(act_as(door, "root"), ListChannels()))


def test_what_was_typed_is_sent_again_after_a_fresh_sign_in(root: Visitor, door: Door) -> None:
    asked = root.send("/channels/new", FIELDS)

    assert asked.status == 401
    assert "This step needs a fresh sign-in, not longer ago than 15 minutes: sign in again" in asked.text
    assert "npm of the foundation" in asked.text
    assert SECRET not in asked.text
    assert count_channels(door) == 0

    root.client.cookies.set("atr_session", sign_in(door, "root").secret)
    assert root.send("/channels/new", {name: asked.values[name] for name in FIELDS}).status == 303
    assert count_channels(door) == 1


def test_a_button_alone_leads_to_signing_in_and_back(root: Visitor, door: Door, clock: SettableClock) -> None:
    root.client.cookies.set("atr_session", sign_in(door, "root").secret)
    root.send("/channels/new", FIELDS)
    clock.advance(hours=1)

    asked = root.send("/channels/npm/delete")

    assert asked.status == 303
    assert asked.leads_to.startswith("/sign-in?next=")
    assert "use a new link to sign in afresh" in root.look(asked.leads_to).text
    assert count_channels(door) == 1


def test_looking_and_small_steps_need_no_fresh_sign_in(root: Visitor) -> None:
    assert root.look("/channels/new").status == 200
    assert root.send("/sign-out").status == 303


def test_a_token_needs_no_fresh_sign_in(api: Client, door: Door, clock: SettableClock) -> None:
    add_person(door, "root", sysadmin=True)
    headers = {"authorization": f"Bearer {log_in(door, 'root')}"}
    clock.advance(hours=1)
    body = {"key": "npm", "name": "npm", "platform": "npm", "url": "https://npm.example.org"}
    assert api.post("/api/v1/channels", json=body, headers=headers).status_code == 201
