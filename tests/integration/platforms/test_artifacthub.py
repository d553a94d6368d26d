# SPDX-License-Identifier: Apache-2.0
"""Artifact Hub: watched until it shows the voted chart."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Invalid, Refused
from atr.platforms import artifacthub
from atr.platforms._http import Limits
from atr.ports.platforms import (
    Consignment,
    NeedsPerson,
    NotYet,
    Operation,
    OtherBytes,
    Registry,
    RegistryDown,
    Side,
    Site,
)
from tests.simulators.artifacthub import HubSimulator
from tests.simulators.lying import Reply
from tests.support.maven_files import make_consignment
from tests.support.packages import make_chart
from tests.support.registry_steps import take_steps

BRISK = Limits(attempts=1, first_wait=0.01, longest_wait=0.02)
PLACE = ("demo-charts", "ledger", "1.2.3")
CHART = make_chart("ledger", "1.2.3")
PRERELEASE = 'annotations:\n  artifacthub.io/prerelease: "true"\n'


def consign(data: bytes = CHART, namespace: str | None = "demo-charts") -> Consignment:
    return make_consignment({"charts/ledger-1.2.3.tgz": data}, namespace=namespace)


@pytest.fixture
def hub() -> Iterator[HubSimulator]:
    with HubSimulator().serve() as simulator:
        yield simulator


@pytest.fixture
def registry(hub: HubSimulator) -> Iterator[Registry]:
    with artifacthub.connect(Site(hub.url, local=True), BRISK) as opened:
        yield opened


def test_a_chart_is_waited_for_and_compared(registry: Registry, hub: HubSimulator) -> None:
    consignment = consign()
    (step,) = registry.list_steps(Operation.PUBLISH, consignment)
    hub.add_chart("demo-charts", CHART)
    assert step.ask({}) is None
    with pytest.raises(NotYet, match="does not show ledger") as waiting:
        step.act({})
    assert waiting.value.retry_after == 300.0
    assert [each.seen for each in registry.compare(Side.PUBLIC, consignment, {})] == [None]
    hub.crawl()

    results = {step.name: step.act({})}

    assert step.ask({}) == results[step.name]
    shown, offered = registry.compare(Side.PUBLIC, consignment, results)
    assert shown.matches
    assert offered.matches
    assert offered.address == f"{hub.url}/charts/demo-charts/ledger/1.2.3"
    assert registry.find_holder(consignment) == "1.2.3"
    digest = str(consignment.parcels[0].content.sha256)
    assert registry.name_handle(consignment, results) == PlatformHandle("digest", digest)
    assert registry.name_handle(consignment, {}) is None
    assert not hub.effects
    assert not [request for request in hub.requests if not request.startswith("GET ")]


def test_a_digest_of_other_bytes_is_refused(registry: Registry, hub: HubSimulator) -> None:
    hub.add_chart("demo-charts", make_chart("ledger", "1.2.3", b"other"))
    hub.crawl()

    with pytest.raises(OtherBytes, match=r"ledger-1\.2\.3\.tgz"):
        take_steps(registry, Operation.PUBLISH, consign())


def test_a_digest_that_lies_does_not_help(registry: Registry, hub: HubSimulator) -> None:
    hub.add_chart("demo-charts", make_chart("ledger", "1.2.3", b"other"))
    hub.crawl()
    hub.shown[PLACE]["digest"] = f"sha256:{consign().parcels[0].content.sha256.hex}"
    results = take_steps(registry, Operation.PUBLISH, consign())

    shown, offered = registry.compare(Side.PUBLIC, consign(), results)

    assert shown.matches
    assert not offered.matches


def test_without_a_digest_the_chart_itself_is_fetched(registry: Registry, hub: HubSimulator) -> None:
    hub.add_chart("demo-charts", CHART)
    hub.crawl()
    hub.shown[PLACE]["digest"] = ""
    results = take_steps(registry, Operation.PUBLISH, consign())

    (offered,) = registry.compare(Side.PUBLIC, consign(), results)
    assert offered.matches
    del hub.charts[PLACE]
    (gone,) = registry.compare(Side.PUBLIC, consign(), results)
    assert gone.seen is None


def test_a_chart_in_an_image_registry_is_compared_by_its_digest(
    registry: Registry, hub: HubSimulator
) -> None:
    hub.add_chart("demo-charts", CHART)
    hub.crawl()
    hub.offers_content = False

    (shown,) = registry.compare(Side.PUBLIC, consign(), {})

    assert shown.matches
    assert shown.seen == Digest("sha256", consign().parcels[0].content.sha256.hex)
    hub.shown[PLACE]["digest"] = ""
    with pytest.raises(Refused, match="nothing there proves"):
        take_steps(registry, Operation.PUBLISH, consign())


def test_a_prerelease_is_shown_as_one(registry: Registry, hub: HubSimulator) -> None:
    chart = make_chart("ledger", "1.2.3", annotations=PRERELEASE)
    hub.add_chart("demo-charts", chart)
    hub.crawl()
    assert take_steps(registry, Operation.PUBLISH, consign(chart))

    hub.shown[PLACE]["prerelease"] = False

    with pytest.raises(Refused, match="no prerelease, though the chart says it is one"):
        take_steps(registry, Operation.PUBLISH, consign(chart))


def test_a_person_takes_a_chart_out_of_the_index(registry: Registry, hub: HubSimulator) -> None:
    hub.add_chart("demo-charts", CHART)
    hub.crawl()
    with pytest.raises(NeedsPerson, match=r"Take ledger 1\.2\.3 out of the index .* demo-charts"):
        take_steps(registry, Operation.TAKE_BACK, consign())
    hub.charts.clear()
    hub.crawl()

    assert take_steps(registry, Operation.TAKE_BACK, consign()) == {"await removal": "removed"}
    assert registry.find_holder(consign()) is None


def test_another_version_in_its_place_is_not_it(registry: Registry, hub: HubSimulator) -> None:
    hub.list_routes = lambda: [  # type: ignore[method-assign]
        ("GET", ".*", lambda _: Reply(200, b'{"name": "ledger", "version": "1.2.2", "digest": ""}')),
    ]
    (step,) = registry.list_steps(Operation.PUBLISH, consign())

    assert step.ask({}) is None


@pytest.mark.parametrize("told", [b"[]", b"{}", b"<html>", b'{"name": "ledger", "version": 1}'])
def test_answers_in_an_unknown_form_are_no_success(
    registry: Registry, hub: HubSimulator, told: bytes
) -> None:
    hub.list_routes = lambda: [("GET", ".*", lambda _: Reply(200, told))]  # type: ignore[method-assign]

    with pytest.raises(RegistryDown):
        take_steps(registry, Operation.PUBLISH, consign())


def test_a_digest_that_is_none_is_told(registry: Registry, hub: HubSimulator) -> None:
    hub.add_chart("demo-charts", CHART)
    hub.crawl()
    hub.shown[PLACE]["digest"] = "sha256:beef"

    with pytest.raises(RegistryDown, match="beef"):
        take_steps(registry, Operation.PUBLISH, consign())


def test_a_chart_that_names_something_else_is_not_looked_for(registry: Registry, hub: HubSimulator) -> None:
    with pytest.raises(Invalid, match=r"is ledger 2\.0\.0, but the release goes there as ledger 1\.2\.3"):
        registry.list_steps(Operation.PUBLISH, consign(make_chart("ledger", "2.0.0")))
    with pytest.raises(Invalid, match="cannot be looked for"):
        registry.list_steps(Operation.PUBLISH, consign(b"no chart"))
    with pytest.raises(Invalid, match="one chart"):
        registry.list_steps(Operation.PUBLISH, replace(consign(), parcels=()))
    with pytest.raises(Invalid, match="repository"):
        registry.list_steps(Operation.PUBLISH, consign(namespace=None))
    with pytest.raises(Invalid, match="only shows"):
        registry.list_steps(Operation.STAGE, consign())
    assert hub.requests == []


def test_the_staging_instance_is_another_site() -> None:
    with artifacthub.connect(Site("https://staging.artifacthub.io"), BRISK) as registry:
        addresses = registry.find_addresses(Side.PUBLIC, consign())

    place = "demo-charts/ledger/1.2.3"
    assert addresses.api_url == f"https://staging.artifacthub.io/api/v1/packages/helm/{place}"
    assert addresses.web_url == f"https://staging.artifacthub.io/packages/helm/{place}"


def test_it_answers_without_an_account(registry: Registry) -> None:
    assert registry.check_access() == "reads without an account"
