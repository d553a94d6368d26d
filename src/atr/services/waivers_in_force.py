# SPDX-License-Identifier: Apache-2.0
"""Which waivers hold for which releases at this moment."""

from collections.abc import Iterable, Mapping

from atr.domain.check import Waiver
from atr.domain.names import ProjectKey, ReleaseKey
from atr.domain.release import Release
from atr.domain.version_range import ANY_VERSION
from atr.domain.versions import VersionOrder
from atr.services.door import Work


def list_waivers_in_force(
    work: Work, releases: Iterable[Release], waivers: Mapping[ProjectKey, tuple[Waiver, ...]]
) -> dict[ReleaseKey, tuple[Waiver, ...]]:
    """Return for each release those waivers of its project whose time and versions include it now."""
    wanted = tuple(releases)
    ranged = {key for key, made in waivers.items() if any(each.versions != ANY_VERSION for each in made)}
    lines = work.unit.products.list_many(ranged) if ranged else {}
    orders = {line.ref: line.version_order for each in lines.values() for line in each}
    return {
        each.key: tuple(
            waiver
            for waiver in waivers.get(each.key.project, ())
            if waiver.holds_for(each.key.version, orders.get(each.key.line, VersionOrder.SEMVER), work.now)
        )
        for each in wanted
    }
