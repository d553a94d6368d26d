# SPDX-License-Identifier: Apache-2.0
"""Uploads over a real connection: in many blocks, cut off in the middle, and taken up again."""

import os
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.web.parts import WebParts
from tests.support.house import ServedHouse
from tests.support.playground import act_as, make_project
from tests.support.uploading import OCTETS, RELEASE, name_content
from tests.support.voting import KEY
from tests.support.website import enter_as

DATA = os.urandom(1 << 20) * 5 + b"end"


@pytest.fixture
def client(served_house: ServedHouse, website: WebParts, door: Door) -> Iterator[httpx2.Client]:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    with (
        served_house.inhabit(website) as url,
        httpx2.Client(base_url=url, headers=enter_as(door, "rm"), timeout=60) as client,
    ):
        yield client


def begin(client: httpx2.Client) -> str:
    body = {"path": "a.tgz", "size": len(DATA), "sha512": name_content(DATA)}
    return client.post(f"{RELEASE}/uploads", json=body).raise_for_status().headers["location"]


def send(client: httpx2.Client, location: str, offset: int) -> httpx2.Response:
    chunks = (DATA[start : start + 100_000] for start in range(offset, len(DATA), 100_000))
    return client.patch(location, content=chunks, headers=OCTETS | {"upload-offset": str(offset)})


def test_a_long_body_arrives_in_blocks(client: httpx2.Client) -> None:
    location = begin(client)
    assert send(client, location, 0).raise_for_status().json()["complete"]
    body = {"base": 0, "add": {"a.tgz": name_content(DATA)}}
    assert client.post(f"{RELEASE}/revisions", json=body).status_code == 201
    assert client.get(f"{RELEASE}/revisions/1/files/a.tgz").content == DATA


def test_what_arrived_before_the_connection_broke_stays(client: httpx2.Client) -> None:
    location = begin(client)
    break_off(client, location, len(DATA) - 100)
    offset = await_offset(client, location, 1)
    assert offset == len(DATA) - 100
    assert send(client, location, offset).raise_for_status().json()["complete"]


def test_two_senders_do_not_mix_their_bytes(client: httpx2.Client) -> None:
    location = begin(client)
    first = client.patch(location, content=DATA[:10], headers=OCTETS | {"upload-offset": "0"})
    assert first.headers["upload-offset"] == "10"
    late = send(client, location, 0)
    assert (late.status_code, late.headers["upload-offset"]) == (409, "10")
    assert send(client, location, 10).json()["complete"]


def break_off(client: httpx2.Client, location: str, length: int) -> None:
    """Send part of the body that was declared, then go away."""
    there = urlsplit(str(client.base_url))
    head = [
        f"PATCH {location} HTTP/1.1",
        f"Host: {there.netloc}",
        f"Authorization: {client.headers['authorization']}",
        f"Content-Type: {OCTETS['content-type']}",
        "Upload-Offset: 0",
        f"Content-Length: {len(DATA)}",
    ]
    with socket.create_connection((str(there.hostname), there.port or 80)) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + DATA[:length])
        await_offset(client, location, 1)


def await_offset(client: httpx2.Client, location: str, least: int) -> int:
    """Return the offset once it has reached the least and stays the same."""
    deadline, before = time.monotonic() + 20, -1
    while time.monotonic() < deadline:
        offset = int(client.head(location).headers["upload-offset"])
        if offset >= least and offset == before:
            return offset
        before = offset
        time.sleep(0.1)
    raise TimeoutError(f"the upload stays at {before}")
