# SPDX-License-Identifier: Apache-2.0
"""What every registry does alike: bytes get there once, are compared, promoted and taken back."""

import pytest

from atr.domain.errors import DomainError
from atr.ports.platforms import BadCredentials, Operation, OtherBytes, Side
from tests.contracts.platforms.conftest import Bench


def test_the_account_is_named(bench: Bench) -> None:
    with bench.connect() as registry:
        assert registry.check_access()


def test_wrong_credentials_are_told_and_not_shown(bench: Bench) -> None:
    if not bench.plug.checks_secret:
        pytest.skip("there are no credentials")
    with bench.connect(is_known=False) as registry, pytest.raises(BadCredentials) as refused:
        registry.check_access()
    assert not any(
        value in str(refused.value) for value in bench.plug.wrong_secret.values() if len(value) > 5
    )


def test_listing_steps_calls_nobody(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    operations = [bench.plug.first] + [Operation.PROMOTE] * bench.plug.promotes
    with bench.connect() as registry:
        for operation in operations:
            steps = registry.list_steps(operation, consignment)
            assert len({step.name for step in steps}) == len(steps) > 0
            assert not any(value in step.call for step in steps for value in bench.plug.secret.values())
    assert not bench.proxy.seen


def test_nothing_is_there_before_anything_was_done(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    with bench.connect() as registry:
        rows = registry.compare(bench.plug.first_side, consignment, {})
        assert not any(row.matches for row in rows)
        assert registry.find_holder(consignment) is None


def test_the_bytes_get_there(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    with bench.connect() as registry:
        results = bench.carry_out(registry, bench.plug.first, consignment)
        rows = registry.compare(bench.plug.first_side, consignment, results)
        assert rows
        assert [row for row in rows if not row.matches] == []
        assert {row.path for row in rows} <= {parcel.path for parcel in consignment.parcels}
        assert registry.find_addresses(bench.plug.first_side, consignment).web_url.startswith("http")


def test_asking_again_finds_what_was_done(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    with bench.connect() as registry:
        results = bench.carry_out(registry, bench.plug.first, consignment)
        bench.proxy.be_honest()
        assert bench.carry_out(registry, bench.plug.first, consignment).keys() == results.keys()
    assert bench.proxy.count(*bench.plug.effects, path=bench.plug.effect_path) == 0


def test_acting_twice_with_the_same_bytes_succeeds(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    with bench.connect() as registry:
        results = bench.carry_out(registry, bench.plug.first, consignment)
        for step in registry.list_steps(bench.plug.first, consignment):
            step.act(results)
        rows = registry.compare(bench.plug.first_side, consignment, results)
    assert all(row.matches for row in rows)


def test_other_bytes_under_the_name_are_refused(bench: Bench, package: str) -> None:
    voted, other = bench.consign(package), bench.consign(package, seed=b"other")
    with bench.connect() as registry:
        results = bench.carry_out(registry, bench.plug.first, voted)
        with pytest.raises(OtherBytes):
            bench.carry_out(registry, bench.plug.first, other)
        assert not all(row.matches for row in registry.compare(bench.plug.first_side, other, results))
        assert all(row.matches for row in registry.compare(bench.plug.first_side, voted, results))


def test_promoting_makes_the_same_bytes_public(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    results = bench.bring(consignment)
    with bench.connect() as registry:
        rows = registry.compare(Side.PUBLIC, consignment, results)
        assert rows
        assert all(row.matches for row in rows)
        if bench.plug.finds_holder:
            assert registry.find_holder(consignment) == consignment.version
        assert registry.name_handle(consignment, results) is not None


def test_promoting_sends_no_artifact_again(bench: Bench, package: str) -> None:
    if not bench.plug.promotes:
        pytest.skip("there is no promotion")
    consignment = bench.consign(package, seed=bytes(range(256)) * 400)
    size = max(parcel.content.size for parcel in consignment.parcels)
    with bench.connect() as registry:
        results = bench.carry_out(registry, bench.plug.first, consignment)
        bench.proxy.be_honest()
        bench.carry_out(registry, Operation.PROMOTE, consignment, results)
    sent = sum(len(request.body) for request in bench.proxy.seen)
    assert sent < min(size, 20_000)


def test_a_newer_version_takes_over_and_gives_back(bench: Bench, package: str) -> None:
    if not (bench.plug.finds_holder and bench.plug.takes_back):
        pytest.skip("nothing can be given back")
    bench.bring(bench.consign(package, "1.0.0"))
    newer = bench.consign(package, "1.1.0", seed=b"newer")
    results = bench.bring(newer)
    with bench.connect() as registry:
        assert registry.find_holder(newer) == "1.1.0"
        taken = bench.carry_out(registry, Operation.TAKE_BACK, newer, results)
        assert registry.find_holder(newer) == "1.0.0"
        bench.proxy.be_honest()
        bench.carry_out(registry, Operation.TAKE_BACK, newer, taken)
    assert bench.proxy.count(*bench.plug.effects, path=bench.plug.effect_path) == 0


def test_wrong_credentials_change_nothing(bench: Bench, package: str) -> None:
    if not bench.plug.checks_secret:
        pytest.skip("there are no credentials")
    consignment = bench.consign(package)
    with bench.connect(is_known=False) as registry, pytest.raises(DomainError) as refused:
        bench.carry_out(registry, bench.plug.first, consignment)
    assert isinstance(refused.value, BadCredentials)
