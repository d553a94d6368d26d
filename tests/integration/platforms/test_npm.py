# SPDX-License-Identifier: Apache-2.0
"""npm: what the real client sees of what was done, and what needs a person."""

import base64
import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from atr.domain.artifact import Content, Digest
from atr.domain.errors import DomainError, Invalid, Refused
from atr.domain.names import FilePath
from atr.platforms._http import RegistryClient
from atr.platforms.npm import connect, connect_scoped
from atr.platforms.npm.names import is_range
from atr.platforms.npm.native import NativeStage
from atr.platforms.npm.package import Package
from atr.platforms.npm.registry import NpmRegistry
from atr.platforms.npm.tarball import Tarball, parse_integrity, read_tarball, write_packument
from atr.ports.platforms import (
    BadCredentials,
    Consignment,
    NeedsPerson,
    NotYet,
    Operation,
    OtherBytes,
    Parcel,
    Registry,
    RegistryDown,
    Side,
    Site,
)
from tests.contracts.platforms.npm_plugs import NpmPlug, ScopedNpmPlug
from tests.contracts.platforms.plug import QUICK, carry_out, pack
from tests.simulators.lying import Reply, follow_script
from tests.simulators.npm_stage import NpmStage, simulate_npm_stage
from tests.support.npm import NpmServer, pack_files, pack_npm, run_npm, run_verdaccio, view_npm

PLUG, SCOPED = NpmPlug(), ScopedNpmPlug()
TOKEN = "npm_0123456789abcdef"
pytestmark = pytest.mark.xdist_group("npm")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NpmServer]:
    with run_verdaccio(tmp_path_factory.mktemp("verdaccio")) as server:
        yield server


@pytest.fixture
def npm(server: NpmServer) -> Iterator[Registry]:
    with connect(Site(server.url, {"token": server.token}, local=True), QUICK) as registry:
        yield registry


def open_npm(url: str) -> AbstractContextManager[Registry]:
    return connect(Site(url, {"token": TOKEN}, local=True), QUICK)


def do(registry: Registry, operation: Operation, consignment: Consignment, **known: str) -> dict[str, str]:
    return carry_out(PLUG, "", registry, operation, consignment, known)


def test_the_real_client_installs_what_testers_and_the_public_get(
    server: NpmServer, npm: Registry, tmp_path: Path
) -> None:
    old, new = PLUG.consign("walk", "1.0.0"), PLUG.consign("walk", "1.1.0")
    do(npm, Operation.PROMOTE, old, **do(npm, Operation.STAGE, old))
    staged = do(npm, Operation.STAGE, new)
    run_npm(tmp_path, server, "install", "walk@staging")
    assert '"version": "1.1.0"' in (tmp_path / "node_modules/walk/package.json").read_text()
    assert view_npm(tmp_path, server, "walk")["version"] == "1.0.0"
    promoted = do(npm, Operation.PROMOTE, new, **staged)
    assert promoted["remember latest"] == "1.0.0"
    seen = view_npm(tmp_path, server, "walk")
    assert (seen["version"], seen["dist-tags"]) == ("1.1.0", {"latest": "1.1.0", "staging": "1.1.0"})
    assert parse_integrity(seen["dist"]["integrity"]) == new.parcels[0].content.sha512
    do(npm, Operation.TAKE_BACK, new, **promoted)
    seen = view_npm(tmp_path, server, "walk@1.1.0")
    assert (seen["dist-tags"], "withdrawn" in seen["deprecated"]) == ({"latest": "1.0.0"}, True)


def test_a_scoped_package_is_installed_by_its_scope(server: NpmServer, tmp_path: Path) -> None:
    consignment = SCOPED.consign("walk", "2.0.0")
    with connect_scoped(Site(server.url, {"token": server.token}, local=True), QUICK) as registry:
        do(registry, Operation.PUBLISH, consignment)
        assert registry.find_addresses(Side.PUBLIC, consignment).api_url.endswith("/@demo%2fwalk/2.0.0")
    run_npm(tmp_path, server, "install", "@demo/walk")
    assert (tmp_path / "node_modules/@demo/walk/index.js").exists()


def test_what_the_real_client_published_before_is_success_or_refused(
    server: NpmServer, npm: Registry, tmp_path: Path
) -> None:
    consignment = PLUG.consign("walk-twice", "1.0.0")
    tarball = tmp_path / "walk-twice-1.0.0.tgz"
    tarball.write_bytes(b"".join(consignment.parcels[0].read()))
    run_npm(tmp_path, server, "publish", str(tarball), "--tag", "other")
    do(npm, Operation.STAGE, consignment)
    assert all(row.matches for row in npm.compare(Side.STAGING, consignment, {}))
    with pytest.raises(OtherBytes):
        do(npm, Operation.STAGE, PLUG.consign("walk-twice", "1.0.0", b"other"))


def test_the_real_client_cannot_replace_what_was_published(
    server: NpmServer, npm: Registry, tmp_path: Path
) -> None:
    do(npm, Operation.STAGE, PLUG.consign("walk-once", "1.0.0"))
    tarball = tmp_path / "walk-once-1.0.0.tgz"
    tarball.write_bytes(pack_npm("walk-once", "1.0.0", b"other"))
    said = run_npm(tmp_path, server, "publish", str(tarball), "--tag", "other", succeeds=False)
    assert "409" in said or "already present" in said or "previously published" in said


def test_taking_back_the_first_version_leaves_it_with_a_warning(
    server: NpmServer, npm: Registry, tmp_path: Path
) -> None:
    only = PLUG.consign("walk-first", "1.0.0")
    do(npm, Operation.TAKE_BACK, only, **do(npm, Operation.PROMOTE, only, **do(npm, Operation.STAGE, only)))
    seen = view_npm(tmp_path, server, "walk-first")
    assert (seen["dist-tags"], "withdrawn" in seen["deprecated"]) == ({"latest": "1.0.0"}, True)


def test_a_tag_that_was_moved_on_since_is_left_alone(npm: Registry) -> None:
    old, new = PLUG.consign("walk-on", "1.0.0"), PLUG.consign("walk-on", "2.0.0")
    results = do(npm, Operation.PUBLISH, old)
    do(npm, Operation.PUBLISH, new)
    do(npm, Operation.TAKE_BACK, old, **results)
    assert npm.find_holder(old) == "2.0.0"


def test_a_further_tag_goes_with_the_version_that_alone_had_it(npm: Registry) -> None:
    consignment = replace(PLUG.consign("walk-next", "1.0.0"), final_names=("next", "canary"))
    results = do(npm, Operation.PUBLISH, consignment)
    assert npm.name_handle(consignment, results) is not None
    do(npm, Operation.TAKE_BACK, consignment, **results)
    assert npm.find_holder(consignment) is None


def test_promoting_counts_no_bytes_of_the_artifact(server: NpmServer) -> None:
    consignment = PLUG.consign("walk-large", "1.0.0", bytes(range(256)) * 8000)
    site = Site(server.url, {"token": server.token}, local=True)

    def authorize(headers: object) -> None:
        headers["authorization"] = f"Bearer {server.token}"  # type: ignore[index]

    with RegistryClient(site, authorize=authorize, limits=QUICK) as client:
        registry = NpmRegistry(site, client, scoped=False)
        results = do(registry, Operation.STAGE, consignment)
        sent, received = client.traffic.sent, client.traffic.received
        assert sent > consignment.parcels[0].content.size
        do(registry, Operation.PROMOTE, consignment, **results)
        assert client.traffic.sent - sent < 100
        assert client.traffic.received - received < 5000


def test_a_registry_without_a_token_is_not_asked() -> None:
    with connect(Site("http://127.0.0.1:9", local=True), QUICK) as registry, pytest.raises(BadCredentials):
        registry.check_access()


@pytest.mark.parametrize("status", [200, 401])
def test_a_token_nobody_knows_is_refused(status: int) -> None:
    with follow_script() as script:
        script.set("/-/whoami", Reply(status, b"{}"))
        with open_npm(script.url) as registry, pytest.raises(BadCredentials):
            registry.check_access()


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (
            Reply(401, b"{}", {"www-authenticate": "OTP"}),
            NeedsPerson,
            "npm publish demo-1.0.0.tgz --tag staging",
        ),
        (Reply(401, b'{"error": "one-time password needed"}'), NeedsPerson, "one-time password"),
        (Reply(401, b'{"error": "unknown token"}'), BadCredentials, "unknown token"),
        (Reply(404, b'{"error": "not found"}'), BadCredentials, "not found"),
        (Reply(403, b'{"error": "no access"}'), BadCredentials, "no access"),
        (Reply(409, b'{"error": "try again"}'), Refused, "try again"),
        (Reply(201, b"{}"), NotYet, "not show"),
    ],
)
def test_a_publication_that_fails_says_what_to_do(reply: Reply, error: type[DomainError], said: str) -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    with follow_script() as script:
        script.set("/demo", Reply(404), reply, Reply(404))
        with open_npm(script.url) as registry:
            publish, _ = registry.list_steps(Operation.STAGE, consignment)
            assert publish.ask({}) is None
            with pytest.raises(error, match=said) as raised:
                publish.act({})
    assert type(raised.value) is error


def test_a_tag_that_needs_a_password_is_left_to_a_person() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    with follow_script() as script:
        script.set("/-/package/demo/dist-tags/latest", Reply(401, b"{}", {"www-authenticate": "OTP"}))
        with open_npm(script.url) as registry:
            *_, move = registry.list_steps(Operation.PROMOTE, consignment)
            with pytest.raises(NeedsPerson, match=r"npm dist-tag add demo@1\.0\.0 latest --registry"):
                move.act({})


def test_a_tarball_elsewhere_is_not_fetched() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    entry = {"dist": {"tarball": "https://elsewhere.example/demo.tgz", "integrity": "sha512-AAAA"}}
    packument = {"versions": {"1.0.0": entry}, "dist-tags": {"latest": "1.0.0"}}
    with follow_script() as script:
        script.set("/demo", Reply(200, json.dumps(packument).encode()))
        with open_npm(script.url) as registry, pytest.raises(Refused, match="no business"):
            registry.compare(Side.PUBLIC, consignment, {})


def test_an_organisations_registry_is_read_with_its_credentials() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    with follow_script() as script:
        script.set("/demo", Reply(401), Reply(404))
        with open_npm(script.url) as registry:
            assert not any(row.matches for row in registry.compare(Side.PUBLIC, consignment, {}))
    assert [("authorization" in seen.headers) for seen in script.seen] == [False, True]


@pytest.fixture
def staging() -> Iterator[NpmStage]:
    with simulate_npm_stage(TOKEN) as registry:
        yield registry


def test_native_staging_waits_for_a_person_and_then_goes_on(staging: NpmStage) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), staging_name="native")
    staging.looks = 3
    with open_npm(staging.url) as registry:
        results = do(registry, Operation.STAGE, consignment)
        assert do(registry, Operation.STAGE, consignment) == results
        (row,) = registry.compare(Side.STAGING, consignment, results)
        assert row.matches
        handle = registry.name_handle(consignment, results)
        assert handle is not None
        with pytest.raises(OtherBytes):
            do(registry, Operation.STAGE, replace(PLUG.consign("demo", "1.0.0", b"x"), staging_name="native"))
        with pytest.raises(NeedsPerson, match=f"npm stage approve {handle.value}"):
            do(registry, Operation.PROMOTE, consignment, **results)
        staging.approve(handle.value)
        promoted = do(registry, Operation.PROMOTE, consignment, **results)
        assert all(row.matches for row in registry.compare(Side.PUBLIC, consignment, promoted))
        (row,) = registry.compare(Side.STAGING, consignment, results)
        assert row.seen is None
    assert staging.effects == {"stage": 1, "approve": 1}


def test_native_staging_is_rejected_by_a_person(staging: NpmStage) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), staging_name="native")
    with open_npm(staging.url) as registry:
        *_, reject, _ = registry.list_steps(Operation.TAKE_BACK, consignment)
        assert reject.ask({}) == "not staged"
        do(registry, Operation.STAGE, consignment)
        assert reject.ask({}) is None
        with pytest.raises(NeedsPerson, match="npm stage reject"):
            reject.act({})


def test_a_registry_without_staging_of_its_own_says_so(staging: NpmStage) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), staging_name="native")
    staging.offers = False
    with open_npm(staging.url) as registry, pytest.raises(Refused, match="no staging of its own"):
        do(registry, Operation.STAGE, consignment)


@pytest.mark.parametrize("tag", ["1", "1.x", "v1.4", "x", "*", "~1.2", "1.2.3-beta.1", "v1", "=2"])
def test_a_tag_that_reads_as_versions_is_refused(tag: str) -> None:
    assert is_range(tag)
    consignment = replace(PLUG.consign("demo", "1.0.0"), staging_name=tag)
    with (
        connect(Site("http://127.0.0.1:9", local=True)) as registry,
        pytest.raises(Invalid, match="dist-tag"),
    ):
        registry.list_steps(Operation.STAGE, consignment)


@pytest.mark.parametrize("tag", ["latest", "staging", "rc1", "v", "next-2", "1beta", "01"])
def test_words_are_tags(tag: str) -> None:
    assert not is_range(tag)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"staging_name": "latest"}, "nobody else follows"),
        ({"staging_name": "a b"}, "no dist-tag"),
        ({"final_names": ()}, "such as latest"),
        ({"owner_namespace": "demo"}, "scoped npm"),
        ({"package": "Demo"}, "cannot be the name"),
        ({"version": "1.0.1"}, r"says demo@1\.0\.0, not demo@1\.0\.1"),
        ({"package": "demo2"}, r"says demo@1\.0\.0, not demo2"),
        ({"parcels": ()}, "one .tgz"),
    ],
)
def test_what_npm_would_not_take_is_invalid(change: dict[str, object], said: str) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), **change)  # type: ignore[arg-type]
    with connect(Site("http://127.0.0.1:9", local=True)) as registry, pytest.raises(Invalid, match=said):
        registry.list_steps(Operation.STAGE, consignment)


def test_a_scope_must_be_named() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    site = Site("http://127.0.0.1:9", local=True)
    with connect_scoped(site) as registry, pytest.raises(Invalid, match="Name the scope"):
        registry.list_steps(Operation.STAGE, consignment)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not gzip", "no npm tarball"),
        (pack_npm("demo", "1.0.0")[:60], "no npm tarball"),
        (pack_npm("demo", "1.0.0", private=True), "private"),
    ],
)
def test_what_is_no_tarball_is_invalid(data: bytes, said: str) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), parcels=(pack("demo.tgz", data),))
    with pytest.raises(Invalid, match=said):
        read_tarball(consignment, "demo")


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 1 << 20])
def test_the_body_is_the_json_that_npm_sends(length: int) -> None:
    data = bytes(each % 251 for each in range(length))
    pieces = [data[at : at + 70_001] for at in range(0, length, 70_001)]
    parcel = replace(pack("demo.tgz", data), read=lambda: iter(pieces))
    body = write_packument(
        Tarball(parcel, {"name": "demo", "version": "1.0.0"}, "0" * 40), "demo", "rc", "http://x"
    )
    whole = b"".join(body.read())
    assert len(whole) == body.size
    sent = json.loads(whole)
    attachment = sent["_attachments"]["demo-1.0.0.tgz"]
    assert (base64.b64decode(attachment["data"]), attachment["length"]) == (data, length)
    assert sent["versions"]["1.0.0"]["dist"]["integrity"].startswith("sha512-")
    assert sent["dist-tags"] == {"rc": "1.0.0"}


def test_a_large_tarball_is_never_held_as_a_whole() -> None:
    block = b"x" * (1 << 20)
    size = 64 << 20
    zeros = Digest("sha512", hashlib.sha512(b"").hexdigest())
    content = Content(zeros, Digest("sha256", hashlib.sha256(b"").hexdigest()), size)
    parcel = Parcel(FilePath("demo.tgz"), content, lambda: iter([block] * 64))
    body = write_packument(Tarball(parcel, {"version": "1.0.0"}, ""), "demo", "rc", "http://x")
    tracemalloc.start()
    assert sum(map(len, body.read())) == body.size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize("text", ["sha1-AAAA", "sha512-!!", "sha512-AAAA", "", None])
def test_an_integrity_that_is_none_is_none(text: str | None) -> None:
    assert parse_integrity(text) is None


TAGS = "/-/package/demo/dist-tags"


@pytest.mark.parametrize(
    ("method", "replies", "said"),
    [
        ("move", [Reply(200, b"{}"), Reply(200, b'{"latest": "0.9.0"}')], r"still leads to 0\.9\.0"),
        ("remove", [Reply(200, b"{}"), Reply(200, b'{"latest": "0.9.0"}')], "still there"),
    ],
)
def test_a_tag_that_only_seems_changed_is_not_taken_for_done(
    method: str, replies: list[Reply], said: str
) -> None:
    with follow_script() as script, RegistryClient(Site(script.url, local=True), limits=QUICK) as client:
        script.set(f"{TAGS}/latest", replies[0])
        script.set(TAGS, replies[1])
        package = Package(client, script.url, "demo")
        with pytest.raises(NotYet, match=said):
            package.move_tag("latest", "1.0.0") if method == "move" else package.remove_tag("latest")


@pytest.mark.parametrize("body", [b'{"versions": {}}', b'{"versions": {"1.0.0": {}}}'])
def test_a_warning_that_nobody_shows_is_not_taken_for_done(body: bytes) -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    with follow_script() as script, open_npm(script.url) as registry:
        script.set("/demo?write=true", Reply(200, body))
        script.set("/demo", Reply(200, b"{}"), Reply(200, b'{"versions": {"1.0.0": {}}}'))
        *_, deprecate = registry.list_steps(Operation.TAKE_BACK, consignment)
        with pytest.raises((NotYet, Refused), match=r"does not show|no demo@"):
            deprecate.act({})


def test_what_is_no_packument_is_no_answer() -> None:
    with follow_script() as script, open_npm(script.url) as registry:
        script.set("/demo", Reply(200, b'{"dist-tags": {"latest": "1.0.0"}}'))
        with pytest.raises(RegistryDown, match="lists no versions"):
            registry.compare(Side.PUBLIC, PLUG.consign("demo", "1.0.0"), {})


def test_a_version_without_its_tarball_is_not_there_yet() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    with follow_script() as script, open_npm(script.url) as registry:
        entry = {"dist": {"tarball": f"{script.url}/gone.tgz"}}
        packument = {"versions": {"1.0.0": entry}, "dist-tags": {"latest": "1.0.0"}}
        script.set("/demo", Reply(200, json.dumps(packument).encode()))
        publish, _ = registry.list_steps(Operation.STAGE, consignment)
        with pytest.raises(NotYet, match="cannot be fetched yet"):
            publish.ask({})
        assert [row.seen for row in registry.compare(Side.PUBLIC, consignment, {})] == [None, None]


def test_staging_is_read_page_by_page() -> None:
    others = [{"id": str(number), "packageName": "demo", "version": f"0.{number}.0"} for number in range(100)]
    last = [{"packageName": "demo", "version": "1.0.0"}]
    with follow_script() as script, RegistryClient(Site(script.url, local=True), limits=QUICK) as client:
        for page, items in enumerate((others, last)):
            path = f"/-/stage?package=demo&page={page}&perPage=100"
            script.set(path, Reply(200, json.dumps({"items": items}).encode()))
        stage = NativeStage(client, "demo")
        assert stage.find("0.7.0") == "7"
        with pytest.raises(RegistryDown, match="without an id"):
            stage.find("1.0.0")
        assert stage.digest("gone") is None


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (Reply(409, b'{"message": "staged by somebody else"}'), Refused, "somebody else"),
        (Reply(201, b"{}"), NotYet, "does not show it yet"),
    ],
)
def test_staging_that_fails_says_so(reply: Reply, error: type[DomainError], said: str) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), staging_name="native")
    with follow_script() as script, open_npm(script.url) as registry:
        script.set("/-/stage/package/demo", reply)
        (stage,) = registry.list_steps(Operation.STAGE, consignment)
        with pytest.raises(error, match=said):
            stage.act({})
        _, approve, _ = registry.list_steps(Operation.PROMOTE, consignment)
        with pytest.raises(Refused, match="not staged any more"):
            approve.act({})


def test_a_tarball_without_a_package_is_invalid() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    nothing: dict[str, bytes] = {}
    for files in (nothing, {"package/deep/package.json": b"{}"}, {"package/package.json": b"[1]"}):
        parcel = pack("demo.tgz", pack_files(files))
        with pytest.raises(Invalid, match=r"no package\.json|is no object"):
            read_tarball(replace(consignment, parcels=(parcel,)), "demo")
    parcel = pack("demo.tgz", pack_files({"package/package.json": b" " * (5 << 20)}))
    with pytest.raises(Invalid, match="too large"):
        read_tarball(replace(consignment, parcels=(parcel,)), "demo")
