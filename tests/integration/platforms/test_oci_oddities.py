# SPDX-License-Identifier: Apache-2.0
"""Container registries that answer oddly, and what is concluded from it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from httpx2 import Headers

from atr.domain.artifact import Digest
from atr.domain.errors import Refused
from atr.domain.names import ReleaseKey
from atr.formats.oci_layout import read_image
from atr.formats.oci_manifest import BASE_ANNOTATION, OCI_INDEX, OCI_MANIFEST
from atr.platforms._http import LIMITS, RegistryClient
from atr.platforms.oci import connect
from atr.platforms.oci.hosts import may_sign_in
from atr.platforms.oci.images import find_source
from atr.platforms.oci.registry import OciRegistry
from atr.platforms.oci.signed import SignedClient
from atr.platforms.oci.steps import REMEMBER, name_move
from atr.platforms.oci.tokens import SignIn, read_challenge
from atr.ports.platforms import (
    BadCredentials,
    Consignment,
    NotYet,
    Operation,
    OtherBytes,
    Registry,
    RegistryDown,
    Side,
    Site,
)
from tests.simulators.lying import Reply, Seen, serve_replies
from tests.support.oci_images import LayoutBuilder, build_image
from tests.support.parcels import make_parcel, take_step

SECRET = {"username": "releaser", "password": "correct-horse"}
DATA, DIGEST = build_image()
PARCEL = make_parcel("demo.oci.tar", DATA)
IMAGE = read_image([DATA], ("1.0",), PARCEL.content.sha256)
ROOT = IMAGE.manifests[-1]
BASE = "/v2/apache/demo"
WANTED = Consignment(
    ReleaseKey.parse("demo/1.0"),
    Digest("sha512", "0" * 128),
    "apache",
    "demo",
    "1.0",
    (PARCEL,),
    "1.0-rc1",
    ("latest",),
)


@dataclass(slots=True)
class OddRegistry:
    """Answers each method and path as told, and anything else by 404."""

    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Seen) -> Reply:
        self.seen.append(request)
        return self.replies.get((request.method, request.path.partition("?")[0]), Reply(404))

    def say(self, method: str, path: str, reply: Reply) -> None:
        self.replies[method, path] = reply

    def hold(self, reference: str, data: bytes, media_type: str = OCI_MANIFEST, **headers: str) -> None:
        """Hold a manifest under a tag or digest."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for method in ("GET", "HEAD"):
            path = f"{BASE}/manifests/{reference}"
            self.say(method, path, Reply(200, data, {"content-type": media_type, **named}))

    @contextmanager
    def connect(self) -> Iterator[Registry]:
        with connect(Site(self.url, SECRET, local=True)) as registry:
            yield registry


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    registry = OddRegistry()
    with serve_replies(registry.answer) as registry.url:
        yield registry


def ask_for_sign_in(text: str) -> Reply:
    return Reply(401, b"{}", {"www-authenticate": text})


def find_step(registry: Registry, operation: Operation, name: str) -> int:
    return next(
        number for number, step in enumerate(registry.list_steps(operation, WANTED)) if name in step.name
    )


def act(registry: Registry, operation: Operation, name: str, results: dict[str, str] | None = None) -> str:
    number = find_step(registry, operation, name)
    return registry.list_steps(operation, WANTED)[number].act(results or {})


@pytest.mark.parametrize(
    "realm",
    ["http://169.254.169.254/token", "https://auth.docker.io/token", "", "http://[", "file:///etc/passwd"],
)
def test_the_account_is_shown_to_nobody_else(odd: OddRegistry, realm: str) -> None:
    odd.say("GET", "/v2/", ask_for_sign_in(f'Bearer realm="{realm}",service="x"'))
    with odd.connect() as registry, pytest.raises(Refused, match="where it has no business"):
        registry.check_access()


def test_only_docker_hub_hands_over_to_its_token_server() -> None:
    hub = Site("https://registry-1.docker.io")
    assert may_sign_in(hub, "https://auth.docker.io/token")
    assert not may_sign_in(hub, "https://auth.docker.io.evil.example/token")
    assert not may_sign_in(Site("https://quay.io"), "https://auth.docker.io/token")


@pytest.mark.parametrize("answer", [{}, {"token": 7}, {"token": "a\nb"}])
def test_an_answer_without_a_token_is_told(odd: OddRegistry, answer: dict[str, object]) -> None:
    odd.say("GET", "/v2/", ask_for_sign_in(f'Bearer realm="{odd.url}/token?a=b",service="x"'))
    odd.say("GET", "/token", Reply(200, json.dumps(answer).encode()))
    with odd.connect() as registry, pytest.raises(RegistryDown, match="without a token"):
        registry.check_access()
    assert odd.seen[-1].path == "/token?a=b&service=x"


def test_a_refusal_without_a_way_to_sign_in_is_told(odd: OddRegistry) -> None:
    odd.say("GET", "/v2/", Reply(401))
    with odd.connect() as registry, pytest.raises(BadCredentials, match="without saying how"):
        registry.check_access()


def test_a_registry_that_asks_nobody_takes_anybody(odd: OddRegistry) -> None:
    odd.say("GET", "/v2/", Reply(200, b"{}"))
    with connect(Site(odd.url, local=True)) as registry:
        assert registry.check_access() == "anybody"


@pytest.mark.parametrize(
    "texts",
    [
        ['Basic realm="here", Bearer realm="https://a.example/t",service="s",scope="repository:x:pull"'],
        ['bearer realm="https://a.example/t", service="s"', 'Basic realm="here"'],
    ],
)
def test_tokens_are_preferred_to_passwords(texts: list[str]) -> None:
    found = read_challenge(Headers([("www-authenticate", text) for text in texts]))
    assert (found.scheme, found.realm, found.service) == ("bearer", "https://a.example/t", "s")


def test_a_place_to_upload_to_is_needed(odd: OddRegistry) -> None:
    odd.say("POST", f"{BASE}/blobs/uploads/", Reply(202))
    with odd.connect() as registry, pytest.raises(RegistryDown, match="without a place to upload to"):
        act(registry, Operation.STAGE, "push blob")


def test_a_place_elsewhere_gets_neither_bytes_nor_credentials(odd: OddRegistry) -> None:
    odd.say("POST", f"{BASE}/blobs/uploads/", Reply(202, headers={"location": "http://127.0.0.1:1/up?a=b"}))
    with odd.connect() as registry, pytest.raises(Refused, match="no business"):
        act(registry, Operation.STAGE, "push blob")


def test_a_registry_that_changes_what_it_is_given_is_refused(odd: OddRegistry) -> None:
    other = {"docker-content-digest": f"sha256:{'0' * 64}"}
    odd.say("PUT", f"{BASE}/manifests/1.0-rc1", Reply(201, headers=other))
    odd.say("POST", f"{BASE}/blobs/uploads/", Reply(202, headers={"location": "/up"}))
    odd.say("PUT", "/up", Reply(201, headers=other))
    with odd.connect() as registry:
        for name in ("put manifest", "push blob"):
            with pytest.raises(OtherBytes, match="says that it stored"):
                act(registry, Operation.STAGE, name)


def test_a_promise_to_store_is_no_proof(odd: OddRegistry) -> None:
    odd.say("PUT", f"{BASE}/manifests/1.0-rc1", Reply(201))
    with odd.connect() as registry:
        with pytest.raises(NotYet, match="does not lead to"):
            act(registry, Operation.STAGE, "put manifest")
        odd.hold("1.0-rc1", b"{}")
        with pytest.raises(NotYet, match="does not lead to"):
            act(registry, Operation.STAGE, "put manifest")


def test_other_bytes_under_a_digest_are_never_copied(odd: OddRegistry) -> None:
    with odd.connect() as registry:
        with pytest.raises(Refused, match="push the image anew"):
            act(registry, Operation.PROMOTE, "tag latest")
        odd.hold(DIGEST, b"{}")
        with pytest.raises(OtherBytes, match="the registry is damaged"):
            act(registry, Operation.PROMOTE, "tag latest")
        parcel = make_parcel(
            "x.image.json", json.dumps({"repository": "apache/demo", "digest": DIGEST}).encode()
        )
        step = registry.list_steps(Operation.STAGE, replace(WANTED, parcels=(parcel,)))[0]
        with pytest.raises(OtherBytes, match="the registry is damaged"):
            step.ask({})
        odd.hold(DIGEST, ROOT.data)
        assert step.act({}) == DIGEST


def test_a_digest_that_is_only_stated_is_compared(odd: OddRegistry) -> None:
    odd.hold("1.0-rc1", ROOT.data, docker_content_digest="sha256:nonsense")
    with odd.connect() as registry:
        rows = registry.compare(Side.STAGING, WANTED, {})
    (stated,) = (row for row in rows if row.subject == "stated digest of 1.0-rc1")
    assert stated.seen is None
    assert next(row for row in rows if row.subject == "manifest 1.0-rc1").matches


def test_an_index_is_followed_as_far_as_it_leads(odd: OddRegistry) -> None:
    layout = LayoutBuilder()
    child = layout.add_image("child")
    root = layout.add_index(child)
    layout.name_root(root)
    wanted = replace(WANTED, parcels=(make_parcel("x.oci.tar", layout.write()),))
    odd.hold("latest", layout.blobs[str(root["digest"])[7:]], OCI_INDEX)
    with odd.connect() as registry:
        rows = registry.compare(Side.PUBLIC, wanted, {})
        assert [row.seen is None for row in rows] == [False, True], "the image is missing"
        odd.hold(str(child["digest"]), b"{}")
        assert [row.matches for row in registry.compare(Side.PUBLIC, wanted, {})] == [True, False]


def test_a_manifest_of_another_type_is_no_image(odd: OddRegistry) -> None:
    odd.hold("latest", ROOT.data, "text/html")
    with odd.connect() as registry, pytest.raises(OtherBytes, match="not of the type"):
        registry.compare(Side.PUBLIC, WANTED, {})


def test_what_the_public_cannot_read_is_told(odd: OddRegistry) -> None:
    odd.hold("latest", ROOT.data)
    refusal = ask_for_sign_in('Basic realm="here"')
    odd.say("GET", f"{BASE}/manifests/latest", refusal)
    site = Site(odd.url, SECRET, local=True)
    with RegistryClient(site) as client:
        signed = SignedClient(client, SignIn(site, LIMITS), site.url)
        with pytest.raises(BadCredentials, match="make the repository public"):
            OciRegistry(replace(site, local=False), signed).compare(Side.PUBLIC, WANTED, {})


def test_a_new_tag_is_deleted_where_the_registry_can(odd: OddRegistry) -> None:
    odd.say("DELETE", f"{BASE}/manifests/latest", Reply(202))
    results = {REMEMBER: json.dumps({"latest": None})}
    with odd.connect() as registry:
        assert act(registry, Operation.TAKE_BACK, "give back latest", results) == "deleted"
        results[name_move("latest")] = DIGEST
        assert registry.list_steps(Operation.TAKE_BACK, WANTED)[0].ask(results) == "deleted"


@pytest.mark.parametrize("noted", ["[]", "7"])
def test_what_was_not_noted_is_not_guessed(odd: OddRegistry, noted: str) -> None:
    with odd.connect() as registry, pytest.raises(RegistryDown, match="was not noted"):
        act(registry, Operation.TAKE_BACK, "give back latest", {REMEMBER: noted})


def test_the_previous_image_may_be_of_another_type(odd: OddRegistry) -> None:
    data = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": []}).encode()
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    odd.hold(digest, data, OCI_INDEX)
    odd.hold("latest", data, OCI_INDEX)
    odd.say("PUT", f"{BASE}/manifests/latest", Reply(201))
    with odd.connect() as registry:
        results = {REMEMBER: json.dumps({"latest": digest})}
        assert act(registry, Operation.TAKE_BACK, "give back latest", results) == digest
    put = next(seen for seen in odd.seen if seen.method == "PUT")
    assert put.body == data
    assert put.headers["content-type"] == OCI_INDEX


def test_a_repository_that_is_not_ours_to_read_is_no_source(odd: OddRegistry) -> None:
    layout = LayoutBuilder()
    image = json.loads(layout.blobs[str(layout.add_image("demo")["digest"])[7:]])
    uploads = f"{BASE}/blobs/uploads/"
    plain = odd.answer

    def answer(request: Seen) -> Reply:
        if request.path.startswith(f"{uploads}?mount"):
            return ask_for_sign_in('Basic realm="here"')
        return plain(request)

    odd.say("POST", uploads, Reply(202, headers={"location": "/up?state=1"}))
    odd.say("PUT", "/up", Reply(201))
    with serve_replies(answer) as url, connect(Site(url, SECRET, local=True)) as registry:
        image["annotations"] = {BASE_ANNOTATION: f"{url.removeprefix('http://')}/private/base:12"}
        layout.name_root(layout.add_json(image, OCI_MANIFEST))
        wanted = replace(WANTED, parcels=(make_parcel("x.oci.tar", layout.write()),))
        step = registry.list_steps(Operation.STAGE, wanted)[0]
        assert "from=private/base" in step.call
        assert take_step(step, {})


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("docker.io/library/debian:12", "library/debian"),
        ("debian:12", "library/debian"),
        ("apache/base@sha256:0", "apache/base"),
        ("ghcr.io/apache/base", None),
        ("localhost/base", None),
        ("docker.io/Not Valid", None),
        ("", None),
    ],
)
def test_base_layers_are_linked_within_one_registry_alone(name: str, source: str | None) -> None:
    manifest = replace(ROOT, annotations={BASE_ANNOTATION: name})
    image = replace(IMAGE, manifests=(manifest,))
    assert find_source(image, "https://registry-1.docker.io") == source
    assert find_source(image, "https://quay.io") is None
