# SPDX-License-Identifier: Apache-2.0
"""Registries that lie, break and stall: nothing is taken for done that is not, and nothing is done twice."""

import time

import pytest

from atr.domain.errors import DomainError, Refused
from atr.ports.platforms import Operation, RegistryDown, Side
from tests.contracts.platforms.conftest import Bench
from tests.contracts.platforms.plug import IMPATIENT, Plug
from tests.simulators.lying import Lie, Reply

MOST_ATTEMPTS = 12


def test_a_page_instead_of_data_is_no_success(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    bench.proxy.lie(Lie.HTML)
    with bench.connect() as registry, pytest.raises(DomainError):
        bench.carry_out(registry, bench.plug.first, consignment)
    assert_nothing_matches(bench, package)


@pytest.mark.parametrize("lie", [Lie.BUSY, Lie.DOWN])
def test_a_registry_without_time_is_not_stormed(bench: Bench, package: str, lie: Lie) -> None:
    consignment = bench.consign(package)
    bench.proxy.lie(lie)
    with bench.connect() as registry, pytest.raises(RegistryDown):
        bench.carry_out(registry, bench.plug.first, consignment)
    assert len(bench.proxy.seen) <= MOST_ATTEMPTS
    bench.proxy.be_honest()
    assert_done(bench, package)


def test_nobody_is_led_into_the_network(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    bench.proxy.lie(Lie.AWAY)
    with bench.connect() as registry:
        with pytest.raises(Refused, match=r"no business|loses the body"):
            bench.carry_out(registry, bench.plug.first, consignment)
        with pytest.raises(Refused, match="no business"):
            registry.compare(bench.plug.first_side, consignment, {})


def test_answers_that_never_end_are_given_up(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    bench.proxy.lie(lambda reply: Reply(reply.status, b" " * 10_000, reply.headers, chunk=1, pause=0.05))
    began = time.monotonic()
    with bench.connect(limits=IMPATIENT) as registry, pytest.raises(RegistryDown):
        bench.carry_out(registry, bench.plug.first, consignment)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("lie", [Lie.TRUNCATED, Lie.ALTERED])
def test_bytes_that_changed_on_the_way_never_match(bench: Bench, package: str, lie: Lie) -> None:
    consignment = bench.consign(package)
    results = bench.bring(consignment)
    side = Side.PUBLIC if bench.plug.promotes else bench.plug.first_side
    bench.proxy.lie(lie, "GET", path=bench.plug.downloads)
    with bench.connect() as registry:
        try:
            rows = registry.compare(side, consignment, results)
        except DomainError:
            return
    assert any(not row.matches for row in rows)


def test_a_digest_that_is_only_claimed_never_matches(bench: Bench, package: str) -> None:
    if type(bench.plug).misclaim is Plug.misclaim:
        pytest.skip("the registry claims no digests")
    consignment = bench.consign(package)
    results = bench.bring(consignment)
    bench.proxy.lie(bench.plug.misclaim)
    with bench.connect() as registry:
        try:
            rows = registry.compare(Side.PUBLIC, consignment, results)
        except DomainError:
            return
    assert any(not row.matches for row in rows)


def test_what_broke_before_it_happened_is_done_once_afterwards(bench: Bench, package: str) -> None:
    if not bench.plug.sends:
        pytest.skip("nothing is sent")
    consignment = bench.consign(package)
    bench.proxy.lie(Lie.RESET, *bench.plug.effects, path=bench.plug.effect_path)
    with bench.connect() as registry, pytest.raises(RegistryDown):
        bench.carry_out(registry, bench.plug.first, consignment)
    bench.proxy.be_honest()
    assert_done(bench, package)


def test_what_broke_after_it_happened_is_found(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    bench.proxy.lie(Lie.RESET_AFTER, *bench.plug.effects, path=bench.plug.effect_path, times=1)
    with bench.connect() as registry:
        try:
            bench.carry_out(registry, bench.plug.first, consignment)
        except RegistryDown:
            bench.carry_out(registry, bench.plug.first, consignment)
    bench.proxy.be_honest()
    assert_done(bench, package)


def test_what_was_accepted_is_not_taken_for_done(bench: Bench, package: str) -> None:
    if not bench.plug.sends:
        pytest.skip("nothing is sent")
    consignment = bench.consign(package)
    bench.proxy.lie(Lie.SWALLOWED, *bench.plug.effects, path=bench.plug.effect_path)
    with bench.connect() as registry, pytest.raises(DomainError):
        bench.carry_out(registry, bench.plug.first, consignment)


def test_a_promotion_that_only_says_so_is_none(bench: Bench, package: str) -> None:
    if not bench.plug.promotes:
        pytest.skip("there is no promotion")
    bench.bring(bench.consign(package, "1.0.0"))
    newer = bench.consign(package, "1.1.0", seed=b"newer")
    with bench.connect() as registry:
        results = bench.carry_out(registry, bench.plug.first, newer)
        bench.proxy.lie(Lie.SWALLOWED, *bench.plug.effects, path=bench.plug.effect_path)
        with pytest.raises(DomainError):
            bench.carry_out(registry, Operation.PROMOTE, newer, results)


def test_a_secret_that_comes_back_is_not_repeated(bench: Bench, package: str) -> None:
    consignment = bench.consign(package)
    secrets = [value for value in bench.plug.secret.values() if len(value) > 5]
    bench.proxy.lie(lambda _: Reply(406, f"no good: {' '.join(secrets)}".encode()))
    with bench.connect() as registry:
        for call in (
            registry.check_access,
            lambda: bench.carry_out(registry, bench.plug.first, consignment),
            lambda: registry.compare(bench.plug.first_side, consignment, {}),
        ):
            with pytest.raises(DomainError) as refused:
                call()
            assert not any(secret in str(refused.value) for secret in secrets)


def assert_nothing_matches(bench: Bench, package: str) -> None:
    bench.proxy.be_honest()
    consignment = bench.consign(package)
    with bench.connect() as registry:
        assert not any(row.matches for row in registry.compare(bench.plug.first_side, consignment, {}))


def assert_done(bench: Bench, package: str) -> None:
    """Take the operation up again, and see that it comes to its end."""
    consignment = bench.consign(package)
    with bench.connect() as registry:
        results = bench.carry_out(registry, bench.plug.first, consignment)
        rows = registry.compare(bench.plug.first_side, consignment, results)
    assert rows
    assert all(row.matches for row in rows)
