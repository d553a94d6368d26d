# SPDX-License-Identifier: Apache-2.0
"""What changes of a release while somebody watches."""

from dataclasses import dataclass

from atr.domain.check import Evaluation, EvaluationState
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.release import Release
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
        release = find_release(work, self.release)
        evaluation = work.unit.checks.find_evaluation(release.key, release.shown_revision)
        return make_pulse(release, evaluation, read_traces(work, release.key))


@dataclass(frozen=True, slots=True)
class Traces:
    """What changes leave behind: the newest event, and the edition of each distribution."""

    newest_event: int
    distributions: tuple[int, ...]


def read_traces(work: Work, key: ReleaseKey) -> Traces:
    """Return the traces of a release; of one that is not there, none."""
    newest = work.unit.events.find_newest(EventFilter(key.project, key.product, key.version))
    return Traces(newest, tuple(one.edition for one in work.unit.distributions.list(key)))


def make_pulse(release: Release, evaluation: Evaluation | None, traces: Traces) -> Pulse:
    """Return the pulse of what was read already; the evaluation is that of the shown revision."""
    return Pulse(
        phase=release.phase,
        revision=release.shown_revision,
        newest_event=traces.newest_event,
        evaluation=evaluation.state if evaluation else None,
        done=evaluation.done if evaluation else 0,
        total=evaluation.total if evaluation else 0,
        distributions=traces.distributions,
    )
