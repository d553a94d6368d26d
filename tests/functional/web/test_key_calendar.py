# SPDX-License-Identifier: Apache-2.0
"""When keys end: the year ahead on a page, for calendar programs, and in the API."""

from datetime import timedelta

import pytest

from atr.domain.names import ProjectKey
from atr.services.door import Door
from atr.services.keys import AddKeys, AttachKey, ImportKeys, RevokeKey
from tests.support.browsing import walk_in
from tests.support.door import SettableClock
from tests.support.keys import KeyPart, TestKey
from tests.support.playground import act_as, make_project
from tests.support.website import Client

DEMO = ProjectKey("demo")


def make_key(name: str, days: int | None) -> TestKey:
    lasts = None if days is None else timedelta(days=days)
    return TestKey(KeyPart(), user_id=f"{name} <{name.lower()}@example.org>", lasts=lasts)


@pytest.fixture(autouse=True)
def keys(door: Door, clock: SettableClock) -> dict[str, TestKey]:
    """Return keys that were made in 2025, of which some end within the year."""
    make_project(door)
    made = {
        "over": make_key("Over", 650),
        "soon": make_key("Soon", 705),
        "spring": make_key("Spring", 850),
        "far": make_key("Far", 3000),
        "never": make_key("Never", None),
        "revoked": make_key("Revoked", 800),
        "loose": make_key("Loose", 800),
    }
    alice = act_as(door, "alice")
    for key in made.values():
        door.perform(alice, AddKeys(key.armored.encode()))
    for name, key in made.items():
        if name != "loose":
            door.perform(alice, AttachKey(DEMO, key.public.fingerprint))
    door.perform(alice, RevokeKey(made["revoked"].public.fingerprint, "Lost."))
    return made


def test_the_year_ahead_shows_what_ends_when(api: Client, door: Door) -> None:
    page = walk_in(api, door).look("/keys/calendar")
    for words in (
        "Ended lately",
        "Over <over@example.org>",
        "Soon <soon@",
        "Spring <spring@",
        "Expires soon",
    ):
        assert words in page.text
    for name in ("Far", "Never", "Revoked", "Loose"):
        assert f"{name} <" not in page.text
    assert page.text.index("Soon <") < page.text.index("Spring <")
    assert "/keys/calendar.ics" in page.links
    assert "/keys/calendar" in walk_in(api, door).look("/keys").links


def test_a_project_has_a_calendar_of_its_own(api: Client, door: Door) -> None:
    make_project(door, "quiet", pmc=("bob",), committers=(), release_managers=())
    assert "Soon <" in walk_in(api, door).look("/projects/demo/keys/calendar").text
    assert "No key ends" in walk_in(api, door).look("/projects/quiet/keys/calendar").text
    assert walk_in(api, door).look("/projects/nowhere/keys/calendar").status == 404
    assert "/projects/demo/keys/calendar" in walk_in(api, door).look("/projects/demo/keys").links


def test_calendar_programs_subscribe_to_it(api: Client, keys: dict[str, TestKey]) -> None:
    answer = api.get("/keys/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    text = answer.text.replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 3
    assert f"UID:{keys['soon'].public.fingerprint}@testserver.local" in text
    assert "SUMMARY:Signing key of Alice ends" in text
    again = api.get("/keys/calendar.ics", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    own = api.get("/projects/demo/keys/calendar.ics").text
    assert "X-WR-CALNAME:Keys of demo that end" in own


def test_the_api_lists_the_same(api: Client, door: Door) -> None:
    foreign = make_key("Foreign", 720)
    door.perform(act_as(door, "rm"), ImportKeys(DEMO, foreign.armored.encode()))
    answer = api.get("/api/v1/keys/ending", params={"project": "demo"}).json()["items"]
    assert len(answer) == 4
    assert [each["expires_at"] for each in answer] == sorted(each["expires_at"] for each in answer)
    assert api.get("/api/v1/keys/ending").json()["items"] == answer
    assert api.get("/api/v1/keys/ending", params={"project": "nowhere"}).status_code == 404
    assert "from a KEYS file" in walk_in(api, door).look("/keys/calendar").text
