# SPDX-License-Identifier: Apache-2.0
"""The wording of mails, the outbox and reminders over HTTP."""

import pytest

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue
from tests.support.playground import make_project
from tests.support.voting import Bench, make_bench, seal_release, start_vote
from tests.support.website import Client, enter_as

TEMPLATE = "/api/v1/projects/demo/mail-templates/vote-start"
OWN = {"subject": "Vote on {{ title }}", "body": "Do it: {{ url }}\n"}


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    return make_bench(door, surroundings, queue)


def test_a_wording_is_shown_saved_and_listed(api: Client, door: Door, bench: Bench) -> None:
    alice = enter_as(door, "alice")
    shown = api.get(TEMPLATE)
    assert (shown.json()["version"], shown.json()["own"]) == (0, False)
    assert {
        "name": "title",
        "meaning": "Project, product line and version as people say them",
    } in shown.json()["variables"]
    seen = alice | {"if-match": shown.headers["etag"]}
    saved = api.put(TEMPLATE, json=OWN, headers=seen)
    assert (saved.status_code, saved.json()["subject"], saved.json()["version"]) == (200, OWN["subject"], 1)
    assert api.put(TEMPLATE, json=OWN, headers=seen).status_code == 412
    assert api.put(TEMPLATE, json={}, headers=alice).json()["own"] is False
    versions = api.get(f"{TEMPLATE}/versions").json()["items"]
    assert [(each["version"], each["subject"], each["saved_by"]) for each in versions] == [
        (2, None, "alice"),
        (1, OWN["subject"], "alice"),
    ]


def test_all_problems_of_a_wording_are_told_at_once(api: Client, door: Door, bench: Bench) -> None:
    alice = enter_as(door, "alice")
    refused = api.put(TEMPLATE, json={"subject": "{{ a }}\r\nBcc: x", "body": "{{ b }}"}, headers=alice)
    assert refused.status_code == 422
    for words in ("one line", "'a'", "'b'"):
        assert words in refused.text
    assert api.put(TEMPLATE, json={"subject": "x"}, headers=alice).status_code == 422
    assert api.put(TEMPLATE, json=OWN, headers=enter_as(door, "dave")).status_code == 403
    assert api.put(TEMPLATE, json=OWN).status_code == 401
    assert api.get("/api/v1/projects/demo/mail-templates/nonsense").status_code in {400, 404, 422}


def test_a_mail_is_shown_before_it_is_sent(api: Client, door: Door, bench: Bench) -> None:
    sample = api.post(f"{TEMPLATE}/preview", json=OWN)
    assert (sample.status_code, sample.json()["subject"]) == (200, "Vote on Sample 1.0")
    real = api.post(f"{TEMPLATE}/preview", json=OWN | {"release": "demo/1.0"}).json()
    assert (real["subject"], real["to"]) == ("Vote on Sample Demo 1.0", ["dev@demo.example.org"])
    assert api.get(TEMPLATE).json()["own"] is False


def test_a_refused_mail_is_listed_shown_and_retried(api: Client, door: Door, bench: Bench) -> None:
    start_vote(door)
    bench.mail.refusal = "550 No."
    bench.work_off()
    (mail,) = api.get("/api/v1/mails?release=demo/1.0&state=failed").json()["items"]
    here = f"/api/v1/mails/{mail['message_id'].strip('<>')}"
    assert api.get(here).json()["failure"] == "550 No."
    assert api.post(f"{here}/retry").status_code == 401
    rm = enter_as(door, "rm") | {"idempotency-key": "once"}
    assert api.post(f"{here}/retry", headers=rm).json()["state"] == "queued"
    bench.mail.refusal = None
    bench.work_off()
    assert api.get(here).json()["state"] == "sent"
    assert api.post(f"{here}/retry", headers=enter_as(door, "rm")).status_code == 409


def test_reminders_are_switched_off_and_on(api: Client, door: Door, bench: Bench) -> None:
    alice = enter_as(door, "alice")
    assert api.get("/api/v1/me/reminders", headers=alice).json() == {"wanted": True}
    assert api.put("/api/v1/me/reminders", json={"wanted": False}, headers=alice).json() == {"wanted": False}
    assert api.get("/api/v1/me/reminders", headers=alice).json() == {"wanted": False}
    assert api.get("/api/v1/me/reminders").status_code == 401
