# SPDX-License-Identifier: Apache-2.0
"""What changes of a release while somebody watches."""

from dataclasses import dataclass

from atr.domain.check import EvaluationState
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.ports.repositories.events import EventFilter
from atr.services.door import Query, Work
from atr.services.releases import find_release


@dataclass(frozen=True, slots=True)
class Pulse:
    """The state of a release in few numbers: when none of them changes, nothing that is shown changes.

    Every decision and every ballot is an event; only the progress of the checks is not, and what is tried
    again on channels.
    """

    phase: Phase
    revision: int
    newest_event: int
    evaluation: EvaluationState | None
    done: int
    total: int
    distributions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TakePulse(Query[Pulse]):
    """How a release is now, cheap enough to be asked every second."""

    release: ReleaseKey

    def answer(self, work: Work) -> Pulse:
        """Return it; raise NotFound."""
        release, key = find_release(work, self.release), self.release
        evaluation = work.unit.checks.find_evaluation(key, release.shown_revision)
        newest = work.unit.events.find_newest(EventFilter(key.project, key.product, key.version))
        return Pulse(
            phase=release.phase,
            revision=release.shown_revision,
            newest_event=newest,
            evaluation=evaluation.state if evaluation else None,
            done=evaluation.done if evaluation else 0,
            total=evaluation.total if evaluation else 0,
            distributions=tuple(one.edition for one in work.unit.distributions.list(key)),
        )
