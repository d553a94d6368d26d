# SPDX-License-Identifier: Apache-2.0
"""Hex: published once, reverted within the hour, retired later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Invalid, Refused
from atr.platforms import hexpm
from atr.platforms._http import Limits
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
from tests.simulators.hexpm import KEY, HexSimulator
from tests.simulators.lying import Reply, Seen
from tests.simulators.routing import Failure
from tests.support.maven_files import make_consignment
from tests.support.packages import GENUINE_HEX, make_hex_package
from tests.support.registry_steps import run_steps, take_steps

BRISK = Limits(attempts=1, first_wait=0.01, longest_wait=0.02)
NAME, VERSION = "ledger_lens", "1.2.3"


def consign(data: bytes = GENUINE_HEX, version: str = VERSION) -> Consignment:
    files = {f"{NAME}-{version}.tar": data}
    return make_consignment(files, namespace=None, package=NAME, version=version)


@pytest.fixture
def hex_site() -> Iterator[HexSimulator]:
    with HexSimulator().serve() as simulator:
        yield simulator


@pytest.fixture
def registry(hex_site: HexSimulator) -> Iterator[Registry]:
    with hexpm.connect(Site(f"{hex_site.url}/api", {"token": KEY}, local=True), BRISK) as opened:
        yield opened


def test_a_genuine_package_is_published(registry: Registry, hex_site: HexSimulator) -> None:
    results = take_steps(registry, Operation.PUBLISH, consign())

    assert hex_site.packages[NAME][VERSION].data == GENUINE_HEX
    fetched, named = registry.compare(Side.PUBLIC, consign(), results)
    assert fetched.matches
    assert named.matches
    assert registry.compare(Side.STAGING, consign(), results) == ()
    assert registry.find_holder(consign()) == VERSION
    checksum = "aa45baf39be7cea66456c8a894d2b7f6210ac7f0ed1241940624da5611475d23"
    assert registry.name_handle(consign(), results) == PlatformHandle("checksum", checksum)
    assert registry.name_handle(consign(), {}) is None
    page = registry.find_addresses(Side.PUBLIC, consign()).web_url
    assert page == f"{hex_site.url}/packages/ledger_lens/1.2.3"


@pytest.mark.parametrize("failure", list(Failure))
def test_a_lost_answer_leads_to_no_second_effect(
    registry: Registry, hex_site: HexSimulator, failure: Failure
) -> None:
    hex_site.fail_next("POST", "/releases$", failure)
    publish, _ = registry.list_steps(Operation.PUBLISH, consign())
    with pytest.raises(RegistryDown):
        publish.act({})
    if failure is Failure.BUSY:
        return  # the registry is left alone for as long as it asked

    run_steps([publish])

    assert hex_site.effects == {"publish": 1}


def test_a_tarball_that_is_not_handed_out_yet_is_waited_for(
    registry: Registry, hex_site: HexSimulator
) -> None:
    publish, wait = registry.list_steps(Operation.PUBLISH, consign())
    results = run_steps([publish])
    hex_site.cdn_looks = 2

    assert wait.ask(results) is None
    with pytest.raises(NotYet):
        wait.act(results)
    assert wait.act(results) == "public"


def test_other_bytes_under_the_version_are_refused(registry: Registry, hex_site: HexSimulator) -> None:
    take_steps(registry, Operation.PUBLISH, consign())
    other = consign(make_hex_package(NAME, VERSION, b"other"))

    with pytest.raises(OtherBytes, match=r"ledger_lens 1\.2\.3 is published already"):
        take_steps(registry, Operation.PUBLISH, other)
    (publish, _) = registry.list_steps(Operation.PUBLISH, other)
    with pytest.raises(OtherBytes):
        publish.act({})
    assert hex_site.effects == {"publish": 1}


def test_what_hex_objects_to_becomes_reasons(registry: Registry, hex_site: HexSimulator) -> None:
    answer = Reply(422, b'{"status": 422, "errors": {"version": "is invalid SemVer", "tar": "too big."}}')
    hex_site.list_routes = lambda: [  # type: ignore[method-assign]
        ("POST", ".*", lambda _request: answer),
    ]

    with pytest.raises(Refused) as refused:
        take_steps(registry, Operation.PUBLISH, consign())

    assert refused.value.reasons[1:] == ("version: is invalid SemVer.", "tar: too big.")


def test_within_the_hour_a_release_is_reverted(registry: Registry, hex_site: HexSimulator) -> None:
    results = take_steps(registry, Operation.PUBLISH, consign())
    hex_site.age(NAME, VERSION, timedelta(minutes=58))

    for _ in range(2):
        taken = take_steps(registry, Operation.TAKE_BACK, consign(), results)

    assert taken["revert or retire"] == "reverted"
    assert hex_site.packages[NAME] == {}
    assert hex_site.effects == {"publish": 1, "revert": 1}


@pytest.mark.parametrize("minutes", [59.5, 61])
def test_after_the_hour_a_release_is_retired(
    registry: Registry, hex_site: HexSimulator, minutes: float
) -> None:
    results = take_steps(registry, Operation.PUBLISH, consign())
    hex_site.age(NAME, VERSION, timedelta(minutes=minutes))

    for _ in range(2):
        taken = take_steps(registry, Operation.TAKE_BACK, consign(), results)

    assert taken["revert or retire"] == "retired"
    assert hex_site.packages[NAME][VERSION].retirement is not None
    assert hex_site.effects == {"publish": 1, "retire": 1}


def test_a_revert_that_comes_too_late_becomes_a_retirement(
    registry: Registry, hex_site: HexSimulator
) -> None:
    results = take_steps(registry, Operation.PUBLISH, consign())
    genuine = hex_site.list_routes()

    def refuse(_request: Seen, *_names: str) -> Reply:
        return Reply(422, b'{"errors": {"inserted_at": "can only delete a release up to one hour"}}')

    hex_site.list_routes = lambda: [  # type: ignore[method-assign]
        (method, path, refuse if method == "DELETE" else handler) for method, path, handler in genuine
    ]

    taken = take_steps(registry, Operation.TAKE_BACK, consign(), results)

    assert taken["revert or retire"] == "retired"


def test_what_somebody_else_published_is_left_alone(registry: Registry, hex_site: HexSimulator) -> None:
    take_steps(registry, Operation.PUBLISH, consign(make_hex_package(NAME, VERSION, b"other")))

    take_steps(registry, Operation.TAKE_BACK, consign(), {})

    assert hex_site.effects == {"publish": 1}


def test_a_package_that_names_something_else_is_not_sent(registry: Registry, hex_site: HexSimulator) -> None:
    with pytest.raises(Invalid, match=r"is ledger_lens 1\.2\.3, but the release goes there as ledger_lens 2"):
        registry.list_steps(Operation.PUBLISH, consign(version="2.0.0"))
    with pytest.raises(Invalid, match="cannot be published"):
        registry.list_steps(Operation.PUBLISH, consign(b"no tar at all"))
    two = replace(consign(), parcels=consign().parcels * 2)
    with pytest.raises(Invalid, match="one package"):
        registry.list_steps(Operation.PUBLISH, two)
    assert hex_site.requests == []


@pytest.mark.parametrize("operation", [Operation.STAGE, Operation.PROMOTE])
def test_there_is_no_staging(registry: Registry, operation: Operation) -> None:
    with pytest.raises(Invalid, match="no staging"):
        registry.list_steps(operation, consign())


def test_access_is_checked_by_reading(registry: Registry, hex_site: HexSimulator) -> None:
    assert registry.check_access() == "may publish"
    wrong = Site(hex_site.url, {"token": "wrong-secret-key"}, local=True)
    with hexpm.connect(wrong, BRISK) as other, pytest.raises(BadCredentials) as refused:
        other.check_access()
    assert "wrong-secret-key" not in str(refused.value)


@pytest.mark.parametrize(
    "release",
    [
        b"{}",
        b'{"checksum": "00", "inserted_at": "2026-01-01T00:00:00Z"}',
        b'{"checksum": 1}',
        b'{"checksum": "' + b"0" * 64 + b'", "inserted_at": "yesterday"}',
        b"[]",
        b"<html>",
    ],
)
def test_answers_in_an_unknown_form_are_no_success(
    registry: Registry, hex_site: HexSimulator, release: bytes
) -> None:
    hex_site.list_routes = lambda: [  # type: ignore[method-assign]
        ("GET", ".*", lambda *_: Reply(200, release)),
    ]

    with pytest.raises(RegistryDown):
        take_steps(registry, Operation.PUBLISH, consign())


@pytest.mark.parametrize(
    ("told", "version"),
    [
        (b'{"latest_stable_version": null, "latest_version": "2.0.0-rc.1"}', "2.0.0-rc.1"),
        (b'{"releases": [{"version": "0.4.1"}]}', "0.4.1"),
        (b"{}", None),
    ],
)
def test_the_newest_version_is_found_in_each_form(
    registry: Registry, hex_site: HexSimulator, told: bytes, version: str | None
) -> None:
    hex_site.list_routes = lambda: [("GET", ".*", lambda *_: Reply(200, told))]  # type: ignore[method-assign]

    assert registry.find_holder(consign()) == version


def test_hex_itself_hands_packages_out_elsewhere() -> None:
    with hexpm.connect(Site("https://hex.pm/api"), BRISK) as registry:
        _, wait = registry.list_steps(Operation.PUBLISH, consign())

    assert wait.call == "GET https://repo.hex.pm/tarballs/ledger_lens-1.2.3.tar"
