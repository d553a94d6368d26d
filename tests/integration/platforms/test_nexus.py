# SPDX-License-Identifier: Apache-2.0
"""Maven Central by way of Nexus 2: staged, closed, released, found again after lost answers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Refused
from atr.platforms._http import Limits
from atr.platforms.maven import connect_nexus
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
from tests.simulators.nexus import LOGIN, NexusSimulator
from tests.simulators.routing import Failure
from tests.support.maven_files import make_consignment, make_maven_files
from tests.support.registry_steps import run_steps, take_steps

BRISK = Limits(attempts=1, first_wait=0.01, longest_wait=0.02)
CONSIGNMENT = make_consignment(make_maven_files())
FOLDER = "org/example/ledger-core/1.2.3"


@pytest.fixture
def nexus() -> Iterator[NexusSimulator]:
    with NexusSimulator().serve() as simulator:
        yield simulator


@pytest.fixture
def site(nexus: NexusSimulator) -> Site:
    return Site(nexus.url, {"username": LOGIN[0], "password": LOGIN[1]}, local=True)


@pytest.fixture
def registry(site: Site) -> Iterator[Registry]:
    with connect_nexus(site, BRISK) as opened:
        yield opened


def test_a_release_is_deployed_closed_and_released(registry: Registry, nexus: NexusSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)

    staged = nexus.staged[results["start"]]
    assert staged.type == "closed"
    assert all(each.matches for each in registry.compare(Side.STAGING, CONSIGNMENT, results))
    assert not any(each.seen for each in registry.compare(Side.PUBLIC, CONSIGNMENT, results))
    assert registry.name_handle(CONSIGNMENT, results) == PlatformHandle("staging repository", staged.id)
    assert registry.find_holder(CONSIGNMENT) is None

    take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)

    assert staged.id not in nexus.staged
    compared = registry.compare(Side.PUBLIC, CONSIGNMENT, results)
    assert len(compared) == 8
    assert all(each.matches for each in compared)
    assert registry.find_holder(CONSIGNMENT) == "1.2.3"
    assert {nexus.effects[each] for each in ("start", "close", "promote")} == {1}


def test_checksums_are_made_of_the_voted_bytes_and_signatures_are_the_voted_ones(
    registry: Registry, nexus: NexusSimulator
) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)

    files = nexus.staged[results["start"]].files
    jar = f"{FOLDER}/ledger-core-1.2.3.jar"
    assert {path.removeprefix(jar) for path in files if path.startswith(jar)} == {
        "", ".asc", ".md5", ".sha1", ".sha256", ".sha512",
    }  # fmt: skip
    assert len(files) == 4 * 6
    assert files[f"{jar}.asc"].endswith(b"maven/ledger-core-1.2.3.jar")
    assert set(nexus.effects.values()) == {1}


@pytest.mark.parametrize(
    ("method", "pattern"),
    [
        ("POST", "/start$"),
        ("PUT", r"ledger-core-1\.2\.3\.jar$"),
        ("PUT", r"ledger-1\.2\.3\.pom\.asc$"),
        ("POST", "/bulk/close$"),
        ("POST", "/bulk/promote$"),
    ],
)
@pytest.mark.parametrize("failure", [Failure.AFTER, Failure.BEFORE, Failure.DOWN])
def test_a_lost_answer_leads_to_no_second_effect(
    site: Site, nexus: NexusSimulator, method: str, pattern: str, failure: Failure
) -> None:
    nexus.fail_next(method, pattern, failure)
    results: dict[str, str] = {}
    interruptions = 0
    with connect_nexus(site, BRISK) as registry:
        for step in registry.list_steps(Operation.PUBLISH, CONSIGNMENT):
            try:
                results = run_steps([step], results)
            except RegistryDown:
                interruptions += 1
                results = run_steps([step], results)

        assert interruptions == 1
        assert all(each.matches for each in registry.compare(Side.PUBLIC, CONSIGNMENT, results))
    assert set(nexus.effects.values()) == {1}


def test_failed_rules_become_reasons(registry: Registry, nexus: NexusSimulator) -> None:
    unsigned = {path: data for path, data in make_maven_files().items() if not path.endswith(".jar.asc")}

    with pytest.raises(Refused) as refused:
        take_steps(registry, Operation.STAGE, make_consignment(unsigned))

    first, *rules, last = refused.value.reasons
    assert "orgexample-1001" in first
    sources = f"{FOLDER}/ledger-core-1.2.3-sources.jar"
    assert (
        rules[0] == f"signature-staging: Missing Signature: '/{sources}.asc' does not exist for '{sources}'."
    )
    assert len(rules) == 2
    assert "resume" in last


def test_what_was_closed_by_hand_after_a_failure_counts(registry: Registry, nexus: NexusSimulator) -> None:
    steps = registry.list_steps(Operation.STAGE, CONSIGNMENT)
    results = run_steps(steps[:-2])
    signature = f"{FOLDER}/ledger-core-1.2.3.jar.asc"
    kept = nexus.staged[results["start"]].files.pop(signature)
    with pytest.raises(Refused):
        run_steps(steps[-2:], results)

    nexus.staged[results["start"]].files[signature] = kept
    nexus.staged[results["start"]].type = "closed"

    assert run_steps(steps[-2:], results)["await close"] == "closed"


def test_only_a_person_releases_where_the_channel_says_so(site: Site, nexus: NexusSimulator) -> None:
    with connect_nexus(replace(site, promotes=False), BRISK) as registry:
        results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
        with pytest.raises(NeedsPerson, match=rf"{results['start']}.*org\.example:ledger:1\.2\.3.*Release"):
            take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)
        assert nexus.effects["promote"] == 0

        nexus.release_by_hand(results["start"])
        done = take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)

        assert done["await public"] == "public"
        assert nexus.effects["promote"] == 0


def test_what_is_released_but_not_public_yet_is_waited_for(registry: Registry, nexus: NexusSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    nexus.hides_public = True
    *before, last = registry.list_steps(Operation.PROMOTE, CONSIGNMENT)
    results = run_steps(before, results)

    with pytest.raises(NotYet):
        last.act(results)
    nexus.hides_public = False

    assert last.ask(results) == "public"


def test_the_same_bytes_already_public_are_a_success(registry: Registry, nexus: NexusSimulator) -> None:
    first = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    take_steps(registry, Operation.PROMOTE, CONSIGNMENT, first)
    before = nexus.effects.copy()

    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    results = take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)

    assert nexus.effects == before
    assert registry.name_handle(CONSIGNMENT, results) is None
    assert all(each.matches for each in registry.compare(Side.STAGING, CONSIGNMENT, results))


def test_other_bytes_under_the_version_are_refused(registry: Registry) -> None:
    take_steps(registry, Operation.PUBLISH, CONSIGNMENT)
    other = make_consignment(make_maven_files(jar=b"PK other"), revision="8")

    with pytest.raises(OtherBytes, match=r"ledger-core-1\.2\.3\.jar"):
        take_steps(registry, Operation.STAGE, other)


def test_other_bytes_are_not_staged_beside(registry: Registry, nexus: NexusSimulator) -> None:
    take_steps(registry, Operation.STAGE, CONSIGNMENT)
    other = make_consignment(make_maven_files(jar=b"PK other"), revision="8")

    with pytest.raises(OtherBytes, match="orgexample-1001"):
        take_steps(registry, Operation.STAGE, other)
    assert nexus.effects["start"] == 1


def test_tampered_staged_bytes_are_noticed(registry: Registry, nexus: NexusSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    nexus.staged[results["start"]].files[f"{FOLDER}/ledger-core-1.2.3.jar"] = b"PK evil"

    (changed,) = [each for each in registry.compare(Side.STAGING, CONSIGNMENT, results) if not each.matches]

    assert changed.path == "maven/ledger-core-1.2.3.jar"
    with pytest.raises(OtherBytes):
        take_steps(registry, Operation.STAGE, CONSIGNMENT)


def test_a_staged_release_is_dropped_once(registry: Registry, nexus: NexusSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)

    take_steps(registry, Operation.TAKE_BACK, CONSIGNMENT, results)
    take_steps(registry, Operation.TAKE_BACK, CONSIGNMENT, results)

    assert nexus.staged == {}
    assert nexus.effects["drop"] == 1


def test_a_released_one_is_not_taken_back(registry: Registry) -> None:
    results = take_steps(registry, Operation.PUBLISH, CONSIGNMENT)

    with pytest.raises(Refused, match="keep what they released"):
        take_steps(registry, Operation.TAKE_BACK, CONSIGNMENT, results)


def test_a_repository_somebody_dropped_is_not_released(registry: Registry, nexus: NexusSimulator) -> None:
    results = take_steps(registry, Operation.STAGE, CONSIGNMENT)
    nexus.staged.clear()

    with pytest.raises(Refused, match="somebody dropped it"):
        take_steps(registry, Operation.PROMOTE, CONSIGNMENT, results)


def test_access_is_checked_by_reading(registry: Registry, site: Site, nexus: NexusSimulator) -> None:
    assert registry.check_access() == LOGIN[0]
    wrong = replace(site, secret={"username": LOGIN[0], "password": "wrong-secret-word"})
    with connect_nexus(wrong, BRISK) as other, pytest.raises(BadCredentials) as refused:
        other.check_access()

    assert "wrong-secret-word" not in str(refused.value)
    assert not nexus.effects


def test_a_group_without_profile_is_refused(registry: Registry, nexus: NexusSimulator) -> None:
    nexus.group = "net.elsewhere"

    with pytest.raises(Refused, match="No staging profile"):
        take_steps(registry, Operation.STAGE, CONSIGNMENT)


def test_addresses_are_computed(site: Site) -> None:
    with connect_nexus(replace(site, url="https://repository.apache.org/service/local"), BRISK) as registry:
        public = registry.find_addresses(Side.PUBLIC, CONSIGNMENT)
        staging = registry.find_addresses(Side.STAGING, CONSIGNMENT)

    assert public.api_url == "https://repo1.maven.org/maven2/org/example/ledger/1.2.3/"
    assert public.web_url == "https://central.sonatype.com/artifact/org.example/ledger/1.2.3"
    assert staging.web_url == "https://repository.apache.org/#stagingRepositories"
