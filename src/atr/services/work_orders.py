# SPDX-License-Identifier: Apache-2.0
"""Having an automation do a step: it is ordered once, and its result is compared, never believed."""

from types import MappingProxyType

from atr.domain.coordinates import Coordinate
from atr.domain.distribution_steps import Action
from atr.domain.lifecycle import Stage
from atr.domain.platform import DESCRIPTORS
from atr.ports.automation import WorkOrder
from atr.services.distribution_bench import Bench, Seen, look
from atr.services.distributions import name_effects
from atr.services.ledger import run_once

_ALREADY = "it was there already"


def order_work(bench: Bench, action: Action) -> Seen:
    """Give the order unless it was given or its result is there; return what is there now."""
    side = bench.find_side(action)

    def ask() -> str | None:
        seen = look(bench.registry, side, bench.consignment, bench.read_results())
        return _ALREADY if seen.is_voted else None

    def act() -> str:
        return bench.tools.automation.give_order(write_order(bench, action), bench.site)

    run_once(bench.tools.door, _name_order(bench, action), ask, act)
    return bench.compare(side, "done by automation")


def _name_order(bench: Bench, action: Action) -> str:
    return f"{name_effects(bench.one)}{action}: give the order"


def write_order(bench: Bench, action: Action) -> WorkOrder:
    """Return what the machine at the endpoint is told, without secrets."""
    one, channel, consignment = bench.one, bench.leg.channel, bench.consignment
    facts = {
        "action": str(action),
        "release": str(one.release),
        "channel": str(channel.key),
        "platform": DESCRIPTORS[channel.platform].gh_slug,
        "owner_namespace": one.owner_namespace or "",
        "package": one.package,
        "version": one.version,
        "revision": str(consignment.revision),
        "staging_name": consignment.staging_name,
        "final_names": ",".join(consignment.final_names),
    }
    stage = Stage.CURRENT if action is not Action.STAGE else Stage.CANDIDATE
    files = tuple(
        {
            "path": str(parcel.path),
            "sha512": parcel.content.sha512.hex,
            "url_path": Coordinate.of(stage, one.release, parcel.path).url_path,
        }
        for parcel in consignment.parcels
    )
    return WorkOrder(
        _name_order(bench, action), channel.automation_endpoint or "", MappingProxyType(facts), files
    )
