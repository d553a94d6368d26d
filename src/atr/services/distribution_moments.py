# SPDX-License-Identifier: Apache-2.0
"""When a release came into each state on its channels, as the audit trail has it."""

from collections.abc import Mapping
from datetime import datetime

from atr.domain.distribution import Distribution, DistributionState
from atr.domain.distribution_track import Moments
from atr.domain.names import ReleaseKey
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import MOST_ITEMS, PageRequest
from atr.services.door import Work

Record = Mapping[tuple[str, int], Moments]
"""The moments by channel and attempt."""

_STATES: Mapping[str, DistributionState] = {f"distribution.{state}": state for state in DistributionState}


def read_record(work: Work, release: ReleaseKey) -> Record:
    """Return the newest moments; of a release with very many events the earliest are left out."""
    which = EventFilter(release.project, release.product, release.version, family="distribution")
    record: dict[tuple[str, int], dict[DistributionState, datetime]] = {}
    for event in work.unit.events.list(which, PageRequest(MOST_ITEMS)).items:
        state, attempt = _STATES.get(event.name), event.details.get("attempt")
        if state is not None and isinstance(attempt, int):
            moments = record.setdefault((str(event.details["channel"]), attempt), {})
            moments.setdefault(state, event.at)
    return record


def find_moments(record: Record, one: Distribution) -> Moments:
    """Return when this attempt came into each state."""
    return record.get((one.channel, one.generation), {})
