# SPDX-License-Identifier: Apache-2.0
"""How a release is offered: where else it is public, and whether a newer one is out."""

from dataclasses import replace

import pytest

from atr.domain.errors import NotFound
from atr.domain.names import ReleaseKey
from atr.domain.people import ANONYMOUS
from atr.services.door import Bookkeeping, Door, Work
from atr.services.offers import OfferView, PublicPlace, ShowOffer
from atr.services.surroundings import Surroundings
from tests.support.distributing import (
    DOCKER,
    NPM,
    TEST_PYPI,
    Yard,
    enter_test,
    make_yard,
    pass_vote,
    seal,
)
from tests.support.door import RecordedQueue, SettableClock
from tests.support.publishing import finish_release
from tests.support.voting import KEY, make_bench


@pytest.fixture
def yard(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Yard:
    return make_yard(door, surroundings, queue, clock)


class Drift(Bookkeeping[None]):
    """Find other bytes on npm than the voted ones."""

    def note(self, work: Work) -> None:
        one = work.unit.distributions.find(KEY, NPM.key)
        assert one is not None
        work.unit.distributions.save(replace(one, drift="Other bytes."))


def show(yard: Yard) -> OfferView:
    return yard.door.ask(ANONYMOUS, ShowOffer(KEY))


def publish(yard: Yard) -> None:
    seal(yard)
    enter_test(yard)
    yard.work_off()
    pass_vote(yard)
    yard.work_off()


def test_places_where_the_voted_bytes_are_public_have_their_command(yard: Yard) -> None:
    yard.add_channels(NPM, DOCKER)
    publish(yard)

    npm = next(place for place in show(yard).places if place.name == "npm")
    assert npm == PublicPlace(
        name="npm",
        platform="npm",
        package="demo 1.0",
        url=npm.url,
        command="npm install demo@1.0 --registry=https://npm.example.org",
    )
    assert [place.name for place in show(yard).places] == ["Docker", "npm"]


def test_nobody_is_sent_to_where_testers_look_or_other_bytes_were_found(yard: Yard) -> None:
    yard.add_channels(NPM, TEST_PYPI, required=False)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    assert show(yard).places == ()

    pass_vote(yard)
    yard.work_off()
    assert [place.name for place in show(yard).places] == ["npm"]
    yard.door.keep(Drift())
    assert show(yard).places == ()


def test_a_lost_channel_is_no_place(yard: Yard) -> None:
    yard.add_channels(NPM)
    publish(yard)
    yard.lose_channel(NPM)
    assert show(yard).places == ()


def test_a_newer_release_is_named(
    door: Door, yard: Yard, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    bench = make_bench(door, surroundings, queue)
    finish_release(bench, KEY)
    assert show(yard).newer is None
    finish_release(bench, ReleaseKey.parse("demo/1.1"))
    assert show(yard).newer == "1.1"
    with pytest.raises(NotFound):
        yard.door.ask(ANONYMOUS, ShowOffer(ReleaseKey.parse("demo/tools/1.0")))
