# SPDX-License-Identifier: Apache-2.0
"""Answers of Maven's repositories that are odd, and consignments that cannot be sent there."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from atr.domain.artifact import Content, Digest
from atr.domain.errors import DomainError, Invalid, Refused
from atr.platforms._http import Limits
from atr.platforms.maven import connect_nexus, connect_portal
from atr.ports.platforms import BadCredentials, NotYet, Operation, Registry, RegistryDown, Side, Site
from tests.simulators import central_portal, nexus
from tests.simulators.lying import Reply
from tests.simulators.routing import Simulator
from tests.support.maven_files import make_consignment, make_maven_files
from tests.support.registry_steps import run_steps, take_steps

BRISK = Limits(attempts=1, first_wait=0.01, longest_wait=0.02)
CONSIGNMENT = make_consignment(make_maven_files())


@pytest.fixture
def staging() -> Iterator[nexus.NexusSimulator]:
    with nexus.NexusSimulator().serve() as simulator:
        yield simulator


@pytest.fixture
def by_nexus(staging: nexus.NexusSimulator) -> Iterator[Registry]:
    secret = {"username": nexus.LOGIN[0], "password": nexus.LOGIN[1]}
    with connect_nexus(Site(staging.url, secret, local=True), BRISK) as opened:
        yield opened


@pytest.fixture
def portal() -> Iterator[central_portal.PortalSimulator]:
    with central_portal.PortalSimulator().serve() as simulator:
        yield simulator


@pytest.fixture
def by_portal(portal: central_portal.PortalSimulator) -> Iterator[Registry]:
    secret = {"username": central_portal.LOGIN[0], "password": central_portal.LOGIN[1]}
    with connect_portal(Site(portal.url, secret, local=True), BRISK) as opened:
        yield opened


def answer_instead(simulator: Simulator, method: str, path: str, told: Any, status: int = 200) -> None:
    """Let a path be answered by something else than the truth."""
    routes = list(simulator.list_routes())
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    odd = (method, path, lambda *_: Reply(status, body))
    simulator.list_routes = lambda: [odd, *routes]  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (".*/profile_evaluate", {}),
        (".*/profile_evaluate", {"data": [{"id": "../../evil"}]}),
        (".*/profile_evaluate", {"data": ["odd"]}),
        (".*/profile_repositories/.*", []),
        (".*/profile_repositories/.*", {"data": [{"repositoryId": "a-1", "type": "open"}]}),
        (".*/profile_repositories/.*", {"data": [{"repositoryId": "a-1", "transitioning": False}]}),
        (".*/repository/[^/]+", {"repositoryId": "other-1", "type": "closed", "transitioning": False}),
        (".*/repository/[^/]+", b"<html>"),
        (".*/activity", {}),
    ],
)
def test_what_nexus_cannot_mean_is_no_success(
    by_nexus: Registry, staging: nexus.NexusSimulator, path: str, told: Any
) -> None:
    answer_instead(staging, "GET", path, told)
    if path.endswith("activity"):
        staging.delay = 0
        unsigned = {name: data for name, data in make_maven_files().items() if not name.endswith(".asc")}
        consignment = make_consignment(unsigned)
    else:
        consignment = CONSIGNMENT

    with pytest.raises(RegistryDown):
        take_steps(by_nexus, Operation.STAGE, consignment)


@pytest.mark.parametrize("told", [{}, {"data": {}}, {"data": {"stagedRepositoryId": "a b"}}, {"data": []}])
def test_a_repository_without_name_is_no_success(
    by_nexus: Registry, staging: nexus.NexusSimulator, told: Any
) -> None:
    answer_instead(staging, "POST", ".*/start", told, 201)

    with pytest.raises(RegistryDown, match="unknown form"):
        take_steps(by_nexus, Operation.STAGE, CONSIGNMENT)


@pytest.mark.parametrize(
    "permissions", [{"loggedIn": False}, {"loggedIn": "yes", "loggedInUsername": "x"}, {"loggedIn": True}]
)
def test_an_account_of_nobody_is_refused(
    by_nexus: Registry, staging: nexus.NexusSimulator, permissions: Any
) -> None:
    answer_instead(staging, "GET", ".*/login", {"data": {"clientPermissions": permissions}})

    with pytest.raises(BadCredentials, match="does not know"):
        by_nexus.check_access()


def test_a_rule_that_does_not_say_why_is_named(by_nexus: Registry, staging: nexus.NexusSimulator) -> None:
    events = [{"name": "ruleFailed", "properties": [{"name": "typeId", "value": "odd-rule"}]}, "odd", {}]
    activity = [{"name": "open"}, {"name": "close", "stopped": "now", "events": events}]
    *before, close, wait = by_nexus.list_steps(Operation.STAGE, CONSIGNMENT)
    results = run_steps(before)
    answer_instead(staging, "GET", ".*/activity", activity)

    assert wait.ask(results) is None
    with pytest.raises(Refused, match=r"odd-rule: it did not say why\."):
        wait.act(results)
    answer_instead(staging, "GET", ".*/activity", [])
    with pytest.raises(NotYet):
        wait.act(results)
    assert close.ask(results) is None


def test_two_repositories_with_the_same_are_too_many(
    by_nexus: Registry, staging: nexus.NexusSimulator
) -> None:
    results = take_steps(by_nexus, Operation.STAGE, CONSIGNMENT)
    staging.staged["twin-1"] = replace(staging.staged[results["start"]], id="twin-1")

    with pytest.raises(Refused, match="drop all but one"):
        take_steps(by_nexus, Operation.STAGE, CONSIGNMENT)


def test_an_open_repository_is_not_released(by_nexus: Registry, staging: nexus.NexusSimulator) -> None:
    results = take_steps(by_nexus, Operation.STAGE, CONSIGNMENT)
    staging.staged[results["start"]].type = "open"

    with pytest.raises(Refused, match="is open, but has to be closed"):
        take_steps(by_nexus, Operation.PROMOTE, CONSIGNMENT, results)


def test_a_released_repository_that_stays_is_not_dropped(
    by_nexus: Registry, staging: nexus.NexusSimulator
) -> None:
    results = take_steps(by_nexus, Operation.STAGE, CONSIGNMENT)
    staging.release_by_hand(results["start"])
    assert staging.staged[results["start"]].type == "released"

    done = take_steps(by_nexus, Operation.PROMOTE, CONSIGNMENT, results)

    assert done["await release"] == "released"
    with pytest.raises(Refused, match="keep what they released"):
        take_steps(by_nexus, Operation.TAKE_BACK, CONSIGNMENT, done)


def test_what_is_found_dropped_meanwhile_counts(by_nexus: Registry, staging: nexus.NexusSimulator) -> None:
    results = take_steps(by_nexus, Operation.STAGE, CONSIGNMENT)
    drop, wait = by_nexus.list_steps(Operation.TAKE_BACK, CONSIGNMENT)
    staging.staged.clear()

    assert drop.act(results) == "dropped"
    assert wait.act(results) == "dropped"


def test_the_version_of_somebody_else_is_nothing_to_take_back(
    by_nexus: Registry, staging: nexus.NexusSimulator
) -> None:
    other = make_consignment(make_maven_files(jar=b"PK other"), revision="8")
    take_steps(by_nexus, Operation.PUBLISH, other)
    effects = staging.effects.copy()

    assert take_steps(by_nexus, Operation.TAKE_BACK, CONSIGNMENT)["drop"] == "dropped"
    assert staging.effects == effects


def test_metadata_that_is_none_names_no_version(by_nexus: Registry, staging: nexus.NexusSimulator) -> None:
    answer_instead(staging, "GET", ".*maven-metadata.xml", b"<!DOCTYPE html><html></html>")

    with pytest.raises(RegistryDown, match=r"Maven's metadata: it has a document type"):
        by_nexus.find_holder(CONSIGNMENT)


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [
        (".*/deployments/files", {"deployments": {}}, 200),
        (".*/deployments/files", {"deployments": [], "pageCount": "many"}, 200),
        (".*/deployments/files", {"deployments": [{"deploymentId": "12345678"}]}, 200),
        (
            ".*/deployments/files",
            {"deployments": [{"deploymentId": "a/../b-1234", "deploymentState": "PENDING"}]},
            200,
        ),
        (".*/deployments/files", {"deployments": [], "pageCount": 1000}, 200),
        (".*/upload", b"thank you very much", 201),
        (".*/status", {"deploymentId": "12345678-other", "deploymentState": "VALIDATED"}, 200),
        (".*/status", {"deploymentId": "12345678-other", "deploymentState": "SOLVED"}, 200),
    ],
)
def test_what_the_portal_cannot_mean_is_no_success(
    by_portal: Registry, portal: central_portal.PortalSimulator, path: str, told: Any, status: int
) -> None:
    answer_instead(portal, "POST", path, told, status)

    with pytest.raises(RegistryDown):
        take_steps(by_portal, Operation.STAGE, CONSIGNMENT)


def test_errors_of_components_become_reasons(
    by_portal: Registry, portal: central_portal.PortalSimulator
) -> None:
    upload, wait = by_portal.list_steps(Operation.STAGE, CONSIGNMENT)
    results = run_steps([upload])
    failed = {"deploymentId": results["upload"], "deploymentState": "FAILED"}
    errors = {"pkg:maven/a/b@1": ["no licence.", "no licence"], "common": ["too late"], "odd": 1}
    answer_instead(portal, "POST", ".*/status", {**failed, "errors": errors})
    with pytest.raises(Refused) as refused:
        wait.act(results)
    assert refused.value.reasons[1:-1] == ("pkg:maven/a/b@1: no licence.", "too late.")

    answer_instead(portal, "POST", ".*/status", failed)
    with pytest.raises(Refused, match="It does not say why"):
        wait.act(results)


def test_a_deployment_that_is_checked_is_neither_published_nor_dropped(
    by_portal: Registry, portal: central_portal.PortalSimulator
) -> None:
    portal.delay = 9
    upload, _ = by_portal.list_steps(Operation.STAGE, CONSIGNMENT)
    results = run_steps([upload])
    publish, *_ = by_portal.list_steps(Operation.PROMOTE, CONSIGNMENT)
    (drop,) = by_portal.list_steps(Operation.TAKE_BACK, CONSIGNMENT)

    with pytest.raises(Refused, match="is pending; it can be published once"):
        publish.act(results)
    with pytest.raises(NotYet, match="is pending"):
        drop.act(results)
    assert portal.effects == {"upload": 1}


def test_a_published_deployment_that_is_forgotten_is_published(
    by_portal: Registry, portal: central_portal.PortalSimulator
) -> None:
    results = take_steps(by_portal, Operation.STAGE, CONSIGNMENT)
    done = take_steps(by_portal, Operation.PROMOTE, CONSIGNMENT, results)
    publish, *_ = by_portal.list_steps(Operation.PROMOTE, CONSIGNMENT)
    assert publish.act(done) == "PUBLISHED"
    portal.deployments.clear()

    assert publish.ask(done) == "PUBLISHED"
    assert portal.effects["publish"] == 1


def test_the_version_of_somebody_else_at_the_portal_is_nothing_to_take_back(by_portal: Registry) -> None:
    other = make_consignment(make_maven_files(jar=b"PK other"), revision="8")
    take_steps(by_portal, Operation.PUBLISH, other)
    (drop,) = by_portal.list_steps(Operation.TAKE_BACK, CONSIGNMENT)

    assert drop.ask({}) == "dropped"
    assert drop.act({}) == "dropped"


def test_a_bundle_that_is_too_large_is_not_sent(
    by_portal: Registry, portal: central_portal.PortalSimulator
) -> None:
    for size in (1 << 30, 1 << 33):
        huge = Content(Digest("sha512", "0" * 128), Digest("sha256", "0" * 64), size)
        parcels = tuple(
            replace(each, content=huge) if each.path.endswith("core-1.2.3.jar") else each
            for each in CONSIGNMENT.parcels
        )
        with pytest.raises(Invalid, match="bytes"):
            take_steps(by_portal, Operation.STAGE, replace(CONSIGNMENT, parcels=parcels))
    assert not portal.effects


@pytest.mark.parametrize(
    ("files", "namespace", "complaint"),
    [
        (make_maven_files(), None, "group id"),
        (
            {"ledger-1.2.3.pom": b"<project"},
            "org.example",
            r"ledger-1\.2\.3\.pom cannot be used: it is no XML",
        ),
        ({"ledger-1.2.3.pom": b" " * (5 << 20)}, "org.example", "bytes"),
        ({"ledger-1.2.3.jar": b"PK"}, "org.example", "No .pom file"),
    ],
)
def test_what_has_no_coordinates_is_not_sent(
    by_nexus: Registry, by_portal: Registry, files: dict[str, bytes], namespace: str | None, complaint: str
) -> None:
    consignment = make_consignment(files, namespace=namespace)

    for registry in (by_nexus, by_portal):
        with pytest.raises(Invalid, match=complaint):
            registry.list_steps(Operation.STAGE, consignment)
        with pytest.raises(DomainError):
            registry.compare(Side.PUBLIC, consignment, {})
