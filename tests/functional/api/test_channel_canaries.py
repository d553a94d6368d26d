# SPDX-License-Identifier: Apache-2.0
"""A secret found nowhere else is given to a channel by every way in, and then looked for everywhere."""

import base64
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from atr.db.export import write_rows
from atr.domain.names import ChannelKey
from atr.domain.people import ANONYMOUS
from atr.services.channel_views import ShowChannel
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.functional.api.test_canaries import find_columns, spell
from tests.support.browsing import walk_in
from tests.support.channels import ADDRESS
from tests.support.door import RecordedQueue
from tests.support.playground import add_person, make_project
from tests.support.voting import Bench, make_bench
from tests.support.website import Client, enter_as

SECRET, PASSWORD = "zaunkoenig.7314.token", "rotkehlchen.7314.password"
API = "/api/v1/channels"
NEW = {"key": "npm", "name": "npm", "platform": "npm", "url": ADDRESS, "credentials": {"token": SECRET}}
NEXUS = {"platform": "mavencentral", "key": "nexus", "name": "Nexus", "url": ADDRESS}


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    add_person(door, "root", sysadmin=True)
    return make_bench(door, surroundings, queue)


def tell_secrets(api: Client, door: Door) -> Iterator[str]:
    """Yield the answers to requests with the secrets, good ones and bad ones."""
    root = enter_as(door, "root")
    once = root | {"idempotency-key": "once"}
    yield from (api.post(API, json=NEW, headers=once).text for _ in range(2))
    for change in (
        {"url": f"https://x:{SECRET}@registry.example.org/"},
        {"credentials": {"pin": SECRET}},
        {"credentials": SECRET},
        {"credentials": [SECRET]},
        {"credentials": {"token": [SECRET]}},
        {"credentials": {"token": f"{SECRET}\x00"}},
        {"credentials": {"token": f"{SECRET}\n"}},
        {"platform": "artifacthub"},
        {"key": "npm"},
    ):
        yield api.post(API, json=NEW | {"key": "other"} | change, headers=root).text
    broken = f'{{"credentials": {{"token": "{SECRET}"'
    yield api.post(API, content=broken, headers=root | {"content-type": "application/json"}).text
    yield api.patch(
        f"{API}/npm", json={"credentials": {"token": SECRET}}, headers=enter_as(door, "alice")
    ).text
    yield api.patch(f"{API}/npm", json={"credentials": {"token": SECRET}}, headers=root).text
    browser = walk_in(api, door, "root")
    secrets = {"username": "ann", "password": PASSWORD}
    yield browser.send("/channels/new", NEXUS | secrets | {"url": "x"}).answer.text
    yield browser.send("/channels/new", NEXUS | secrets).answer.text
    yield browser.send("/channels/nexus/edit", {"edition": "9", **secrets}).answer.text


def read_everything(api: Client, door: Door) -> Iterator[str]:
    root = enter_as(door, "root")
    for path in ("/channels", "/channels/npm", "/channels/nexus", "/events", "/projects/demo"):
        yield api.get(f"/api/v1{path}", headers=root).text
    browser = walk_in(api, door, "root")
    for path in ("/channels", "/channels/npm", "/channels/npm/edit", "/channels/nexus/edit", "/events"):
        yield browser.look(path).answer.text


def test_a_secret_is_in_no_answer_event_log_job_table_or_export(
    api: Client,
    door: Door,
    bench: Bench,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    said = list(tell_secrets(api, door))
    bench.registries.visit(ADDRESS).refused_secret = SECRET
    root = enter_as(door, "root")
    api.post(f"{API}/npm/test", headers=root)
    api.post(f"{API}/nexus/test", headers=root)
    said += [str(job) for job in bench.queue.jobs]
    bench.work_off()
    said += read_everything(api, door)
    logged = capfd.readouterr()
    # What the test's own client tells of the addresses it asks for is no log of ours.
    said += [each.getMessage() for each in caplog.records if each.name != "httpx"] + [logged.out, logged.err]
    with engine.connect() as connection:
        said += write_rows(connection)
    whole = "\n".join(said).lower()
    basic = base64.b64encode(f"ann:{PASSWORD}".encode()).decode().lower()
    for word in (*spell(SECRET), *spell(PASSWORD), basic):
        assert word not in whole
    assert find_columns(engine, SECRET, PASSWORD) == set()
    assert door.ask(ANONYMOUS, ShowChannel(ChannelKey("nexus"))).channel.has_credentials
