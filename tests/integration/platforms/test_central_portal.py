# SPDX-License-Identifier: Apache-2.0
"""Maven Central by way of its portal: uploaded, validated, published, found again after lost answers."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest

from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Refused
from atr.platforms._http import Limits
from atr.platforms.maven import connect_portal
from atr.ports.platforms import (
    BadCredentials,
    NeedsPerson,
    NotYet,
    Operation,
    OtherBytes,
    Registry,
    RegistryDown,
    Side,
    Site,
)
from tests.simulators.central_portal import LOGIN, PortalSimulator
from tests.simulators.routing import Failure
from tests.support.maven_files import make_consignment, make_maven_files
from tests.support.registry_steps import run_steps, take_steps

BRISK = Limits(attempts=1, first_wait=0.01, longest_wait=0.02)
CONSIGNMENT = make_consignment(make_maven_files())
MARK = f"org.example:ledger:1.2.3 by ATR [ledger/1.2.3 {'7' * 32}]"
JAR = "org/example/ledger-core/1.2.3/ledger-core-1.2.3.jar"


@pytest.fixture
def portal() -> Iterator[PortalSimulator]:
    with PortalSimulator().serve() as simulator:
        yield simulator


@pytest.fixture
def site(portal: PortalSimulator) -> Site:
    return Site(f"{portal.url}/api/v1/publisher", {"username": LOGIN[0], "password": LOGIN[1]}, local=True)


@pytest.fixture
def registry(site: Site) -> Iterator[Registry]:
    with connect_portal(site, BRISK) as opened:
        yield opened


def test_a_release_is_uploaded_validated_and_published(registry: Registry, portal: PortalSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)

    deployment = portal.deployments[results["upload"]]
    assert (deployment.state, deployment.name) == ("VALIDATED", MARK)
    assert all(each.matches for each in registry.compare(Side.STAGING, CONSIGNMENT, results))
    assert not any(each.seen for each in registry.compare(Side.PUBLIC, CONSIGNMENT, results))
    assert registry.name_handle(CONSIGNMENT, results) == PlatformHandle("deployment", deployment.id)
    assert registry.find_holder(CONSIGNMENT) is None

    take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)

    compared = registry.compare(Side.PUBLIC, CONSIGNMENT, results)
    assert len(compared) == 8
    assert all(each.matches for each in compared)
    assert registry.find_holder(CONSIGNMENT) == "1.2.3"
    assert portal.effects == {"upload": 1, "publish": 1}


def test_the_bundle_is_a_sound_zip_of_the_same_bytes_each_time(
    registry: Registry, portal: PortalSimulator
) -> None:
    for _ in range(2):
        portal.deployments.clear()
        take_steps(registry, Operation.STAGE, CONSIGNMENT)

    assert portal.bundles[0] == portal.bundles[1]
    with zipfile.ZipFile(io.BytesIO(portal.bundles[0])) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 4 * 6
        assert archive.namelist() == sorted(archive.namelist())
        assert archive.read(JAR) == b"PK jar"


@pytest.mark.parametrize(("method", "pattern"), [("POST", "/upload$"), ("POST", "/deployment/[^/]+$")])
@pytest.mark.parametrize("failure", [Failure.AFTER, Failure.BEFORE, Failure.DOWN])
def test_a_lost_answer_leads_to_no_second_effect(
    site: Site, portal: PortalSimulator, method: str, pattern: str, failure: Failure
) -> None:
    portal.fail_next(method, pattern, failure)
    results: dict[str, str] = {}
    interruptions = 0
    with connect_portal(site, BRISK) as registry:
        for step in registry.list_steps(Operation.PUBLISH, CONSIGNMENT):
            try:
                results = run_steps([step], results)
            except RegistryDown:
                interruptions += 1
                results = run_steps([step], results)

        assert interruptions == 1
        assert all(each.matches for each in registry.compare(Side.PUBLIC, CONSIGNMENT, results))
    assert set(portal.effects.values()) == {1}


def test_our_deployment_is_found_on_a_later_page(registry: Registry, portal: PortalSimulator) -> None:
    first = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    ours = portal.deployments[first["upload"]]
    for number in range(150):
        name = f"{number:08d}-other"
        portal.deployments[name] = replace(ours, id=name, name=f"somebody else's {number}")

    assert take_steps(registry, Operation.STAGE, CONSIGNMENT)["upload"] == ours.id
    assert portal.effects["upload"] == 1


def test_what_validation_finds_becomes_reasons(registry: Registry, portal: PortalSimulator) -> None:
    unsigned = {path: data for path, data in make_maven_files().items() if not path.endswith(".jar.asc")}

    with pytest.raises(Refused) as refused:
        take_steps(registry, Operation.STAGE, make_consignment(unsigned))

    first, *rules, last = refused.value.reasons
    assert next(iter(portal.deployments)) in first
    assert rules[1] == f"Missing Signature: '/{JAR}.asc' does not exist for '{JAR}'."
    assert len(rules) == 2
    assert "stage it again" in last


def test_a_failed_deployment_is_dropped_and_staged_anew(registry: Registry, portal: PortalSimulator) -> None:
    files = make_maven_files()
    unsigned = make_consignment({path: data for path, data in files.items() if not path.endswith(".jar.asc")})
    upload, wait = registry.list_steps(Operation.STAGE, unsigned)
    results = run_steps([upload])
    with pytest.raises(Refused):
        run_steps([wait], results)

    take_steps(registry, Operation.TAKE_BACK, unsigned, results)
    take_steps(registry, Operation.STAGE, CONSIGNMENT)

    assert portal.effects == {"upload": 2, "drop": 1}
    assert [each.state for each in portal.deployments.values()] == ["VALIDATED"]


def test_only_a_person_publishes_where_the_channel_says_so(site: Site, portal: PortalSimulator) -> None:
    with connect_portal(replace(site, promotes=False), BRISK) as registry:
        results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
        with pytest.raises(NeedsPerson, match=rf"{results['upload']}.*{re.escape(MARK)}.*Publish"):
            take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)

        portal.publish_by_hand(results["upload"])
        done = take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)

        assert done["await public"] == "public"
        assert portal.effects["publish"] == 0


def test_what_is_published_but_not_public_yet_is_waited_for(
    registry: Registry, portal: PortalSimulator
) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    portal.hides_public = True
    *before, last = registry.list_steps(Operation.PROMOTE, CONSIGNMENT)
    results = run_steps(before, results)

    with pytest.raises(NotYet):
        last.act(results)
    portal.hides_public = False

    assert last.ask(results) == "public"


def test_the_same_bytes_already_public_are_a_success(registry: Registry, portal: PortalSimulator) -> None:
    take_steps(registry, Operation.PUBLISH, CONSIGNMENT)
    before = portal.effects.copy()

    results = take_steps(registry, Operation.PUBLISH, CONSIGNMENT)

    assert portal.effects == before
    assert registry.name_handle(CONSIGNMENT, results) is None
    assert all(each.matches for each in registry.compare(Side.STAGING, CONSIGNMENT, results))


def test_other_bytes_under_the_version_are_refused(registry: Registry, portal: PortalSimulator) -> None:
    take_steps(registry, Operation.PUBLISH, CONSIGNMENT)
    other = make_consignment(make_maven_files(jar=b"PK other"), revision="8")

    with pytest.raises(OtherBytes, match=r"ledger-core-1\.2\.3\.jar"):
        take_steps(registry, Operation.STAGE, other)
    assert portal.effects["upload"] == 1


def test_other_bytes_are_not_staged_beside(registry: Registry, portal: PortalSimulator) -> None:
    take_steps(registry, Operation.STAGE, CONSIGNMENT)
    other = make_consignment(make_maven_files(jar=b"PK other"), revision="8")

    with pytest.raises(OtherBytes, match="drop it first"):
        take_steps(registry, Operation.STAGE, other)
    assert portal.effects["upload"] == 1


def test_a_staged_release_is_dropped_once(registry: Registry, portal: PortalSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)

    take_steps(registry, Operation.TAKE_BACK, CONSIGNMENT, results)
    take_steps(registry, Operation.TAKE_BACK, CONSIGNMENT, results)

    assert portal.deployments == {}
    assert portal.effects["drop"] == 1


def test_a_published_one_is_not_taken_back(registry: Registry, portal: PortalSimulator) -> None:
    results = take_steps(registry, Operation.PUBLISH, CONSIGNMENT)

    with pytest.raises(Refused, match="keep what they released"):
        take_steps(registry, Operation.TAKE_BACK, CONSIGNMENT, results)
    portal.deployments.clear()
    with pytest.raises(Refused, match="keep what they released"):
        take_steps(registry, Operation.TAKE_BACK, CONSIGNMENT, results)


def test_a_deployment_somebody_dropped_is_not_published(registry: Registry, portal: PortalSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    portal.deployments.clear()

    with pytest.raises(Refused, match="somebody dropped it"):
        take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)


def test_access_is_checked_by_reading(registry: Registry, site: Site, portal: PortalSimulator) -> None:
    assert registry.check_access() == "may see and make deployments"
    wrong = replace(site, secret={"username": LOGIN[0], "password": "wrong-secret-word"})
    with connect_portal(wrong, BRISK) as other, pytest.raises(BadCredentials) as refused:
        other.check_access()

    assert "wrong-secret-word" not in str(refused.value)
    assert not portal.effects


def test_addresses_are_computed(registry: Registry, site: Site) -> None:
    home = site.url.removesuffix("/api/v1/publisher")

    public = registry.find_addresses(Side.PUBLIC, CONSIGNMENT)

    assert public.api_url == f"{home}/maven2/org/example/ledger/1.2.3/"
    assert public.web_url == public.api_url
    assert registry.find_addresses(Side.STAGING, CONSIGNMENT).web_url == f"{home}/publishing/deployments"
