# SPDX-License-Identifier: Apache-2.0
"""Waiting until what was released is where everybody gets it; Maven Central follows minutes to hours on."""

from functools import partial
from typing import NoReturn

from atr.domain.errors import Refused
from atr.platforms.maven.repository import Coverage, MavenRepository
from atr.platforms.maven.shipment import Shipment
from atr.ports.platforms import NotYet, OtherBytes, Results, Step

_SYNC_SECONDS = 60.0


def make_public_step(public: MavenRepository, shipment: Shipment) -> Step:
    """Return the step that ends once everybody gets the voted bytes, all of them."""
    call = f"GET {public.locate(shipment.main_pom)} and the other files"
    find = partial(_find_public, public, shipment)
    return Step("await public", call, find, partial(_await_public, public, shipment))


def _find_public(public: MavenRepository, shipment: Shipment, _: Results) -> str | None:
    return "public" if public.measure(shipment) is Coverage.ALL else None


def _await_public(public: MavenRepository, shipment: Shipment, results: Results) -> str:
    found = _find_public(public, shipment, results)
    if found is None:
        raise NotYet(f"{shipment.title} is released, but not at {public.url} yet.", _SYNC_SECONDS)
    return found


def confirm_dropped(released: MavenRepository, shipment: Shipment) -> str:
    """Return that nothing of ours is left; raise Refused when it was released instead."""
    try:
        coverage = released.measure(shipment)
    except OtherBytes:  # the version is somebody else's, so there is nothing of ours to take back
        return "dropped"
    if coverage is not Coverage.NOTHING:
        refuse_recall(shipment)
    return "dropped"


def refuse_recall(shipment: Shipment) -> NoReturn:
    """Raise Refused, since there is no way back from here."""
    raise Refused(f"{shipment.title} is released: Maven repositories keep what they released.")
