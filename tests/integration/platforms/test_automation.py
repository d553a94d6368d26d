# SPDX-License-Identifier: Apache-2.0
"""Orders to automations: signed, given once, and never with a secret that is not theirs."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import MappingProxyType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from atr.domain.errors import Invalid, Refused, Unavailable
from atr.formats.ed25519 import SigningKey
from atr.platforms.automation import HttpAutomation
from atr.ports.automation import NoAutomation, WorkOrder
from atr.ports.platforms import NeedsPerson, NoRegistries, Site

SIGNER = SigningKey(b"a key for tests, and only these!")
FACTS = MappingProxyType({"platform": "pypi", "version": "1.0", "package": "demo"})
WORKFLOW = "sample/demo/publish.yml@main"
FILE = {"path": "demo.whl", "sha512": "ab", "url_path": "/current/demo/1.0/demo.whl"}


class Machine(HTTPServer):
    """Takes orders, and answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.status = 202
        self.taken: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Taker(BaseHTTPRequestHandler):
    """Remembers what came."""

    server: Machine

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.taken.append((self.path, headers, body))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def machine() -> Iterator[Machine]:
    with Machine() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def automation() -> HttpAutomation:
    return HttpAutomation(SIGNER, "https://atr.example.org/")


def test_an_order_is_signed_as_it_is_sent(machine: Machine, automation: HttpAutomation) -> None:
    order = WorkOrder("order 1", f"{machine.url}publish", FACTS, (FILE,))
    secret = Site("https://pypi.example.org", {"token": "never-sent"}, local=True)
    assert automation.give_order(order, secret) == "answered 202"
    ((path, headers, body),) = machine.taken
    key_id, signature = headers["atr-signature"].split()
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(SIGNER.public_key))
    public.verify(base64.b64decode(signature), body)
    assert (path, key_id, headers["idempotency-key"]) == ("/publish", SIGNER.key_id, "order 1")
    assert json.loads(body) == {
        "schema": "atr.work-order/1",
        "id": "order 1",
        **FACTS,
        "files": [
            {"path": "demo.whl", "sha512": "ab", "url": "https://atr.example.org/current/demo/1.0/demo.whl"}
        ],
    }
    assert "never-sent" not in f"{headers}{body!r}"


def test_a_machine_that_refuses_is_believed(machine: Machine, automation: HttpAutomation) -> None:
    machine.status = 422
    with pytest.raises(Refused):
        automation.give_order(WorkOrder("order 1", machine.url, FACTS), Site("", local=True))


def test_a_workflow_is_started_with_the_channels_own_token(
    machine: Machine, automation: HttpAutomation
) -> None:
    machine.status = 204
    order = WorkOrder("order 1", WORKFLOW, {**FACTS, "platform": "github"})
    site = Site(machine.url, {"token": "of-github"}, local=True)
    assert automation.give_order(order, site) == "answered 204"
    ((path, headers, body),) = machine.taken
    assert path == "/repos/sample/demo/actions/workflows/publish.yml/dispatches"
    assert headers["authorization"] == "Bearer of-github"
    sent = json.loads(body)
    assert (sent["ref"], sent["inputs"]["version"], sent["inputs"]["order"]) == ("main", "1.0", "order 1")


@pytest.mark.parametrize(("platform", "secret"), [("pypi", {"token": "of-pypi"}), ("github", {})])
def test_a_workflow_without_a_token_of_its_own_is_started_by_a_person(
    automation: HttpAutomation, platform: str, secret: dict[str, str]
) -> None:
    order = WorkOrder("order 1", WORKFLOW, {**FACTS, "platform": platform})
    with pytest.raises(NeedsPerson, match="Start the workflow sample/demo/publish"):
        automation.give_order(order, Site("https://pypi.example.org", secret))


def test_without_adapters_nothing_is_done() -> None:
    with pytest.raises(Unavailable):
        NoAutomation().give_order(WorkOrder("order 1", WORKFLOW), Site(""))
    with pytest.raises(Invalid):
        NoRegistries().connect("npm", Site(""))
