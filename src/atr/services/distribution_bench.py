# SPDX-License-Identifier: Apache-2.0
"""What a worker has at hand while it brings a release one state further on a channel."""

from dataclasses import dataclass

from atr.domain.artifact import Digest
from atr.domain.distribution import Distribution
from atr.domain.distribution_steps import Action
from atr.domain.errors import Conflict, DomainError, Invalid, NotFound, Refused
from atr.domain.lifecycle import Phase, VoteStanding
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.people import SERVICE
from atr.domain.promotion_plan import Leg
from atr.domain.versions import VersionOrder
from atr.domain.vote import find_standing
from atr.ports.blobs import Damaged
from atr.ports.platforms import Consignment, Operation, Registry, Results, Side, Site, Step
from atr.services.consignments import PackConsignment
from atr.services.distribution_records import RecordComparison
from atr.services.distribution_start import find_sealed_digest
from atr.services.distributions import (
    find_distribution,
    find_operation,
    fit_consignment,
    gather_plan,
    name_effects,
)
from atr.services.door import Query, Work
from atr.services.errand import Tools
from atr.services.ledger import run_once
from atr.services.products import find_product
from atr.services.releases import find_release


@dataclass(frozen=True, slots=True)
class Task:
    """A distribution as it stands, with what guards look at; without a leg its channel is gone."""

    one: Distribution
    leg: Leg | None
    phase: Phase
    vote: VoteStanding
    sealed: Digest | None
    version_order: VersionOrder


@dataclass(frozen=True, slots=True)
class FindTask(Query[Task]):
    """What there is to do for a release on a channel."""

    release: ReleaseKey
    channel: ChannelKey

    def answer(self, work: Work) -> Task:
        """Return it in few queries, as it is asked again and again; raise NotFound."""
        release = find_release(work, self.release)
        leg = gather_plan(work, release).find(self.channel)
        sealed = find_sealed_digest(work, release)
        return Task(
            one=leg.one if leg else find_distribution(work, self.release, self.channel),
            leg=leg,
            phase=release.phase,
            vote=find_standing(work.unit.votes.list_rounds(self.release), sealed),
            sealed=sealed,
            version_order=find_product(work, release.key.line).version_order,
        )


@dataclass(frozen=True, slots=True)
class IsWanted(Query[bool]):
    """Whether a task is still what it was: asked before each step, so in few queries."""

    task: Task

    def answer(self, work: Work) -> bool:
        """Tell whether neither the distribution nor the release's phase has changed."""
        one = find_distribution(work, self.task.one.release, self.task.one.channel)
        phase = find_release(work, one.release).phase
        return one.edition == self.task.one.edition and phase is self.task.phase


@dataclass(frozen=True, slots=True)
class ReadResults(Query[Results]):
    """What the steps of this attempt came to, by their names."""

    one: Distribution

    def answer(self, work: Work) -> Results:
        """Return the results of every operation that was begun; later operations win."""
        results: dict[str, str] = {}
        for operation in (Operation.STAGE, Operation.PUBLISH, Operation.PROMOTE, Operation.TAKE_BACK):
            prefix = name_effects(self.one, operation)
            found = work.unit.ledger.list_results(prefix)
            results |= {effect.removeprefix(prefix): result for effect, result in found.items()}
        return results


@dataclass(frozen=True, slots=True)
class Seen:
    """What a comparison came to: the names of what differs, and of what is not there."""

    compared: int
    differing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_voted(self) -> bool:
        """Tell whether everything there is what was voted on, and something is."""
        return self.compared > 0 and not self.differing and not self.missing

    def describe(self) -> str:
        """Return in a sentence what is wrong."""
        parts = (("other bytes", self.differing), ("not there", self.missing))
        told = "; ".join(f"{what}: {', '.join(names[:10])}" for what, names in parts if names)
        return f"{told}." if told else "Nothing was found to compare."


class AtStep(Exception):
    """Raised with what went wrong at a step of a registry."""

    def __init__(self, step: str, error: DomainError) -> None:
        super().__init__(step)
        self.step = step
        self.error = error


@dataclass(frozen=True, slots=True)
class Bench:
    """The worker's tools with one registry open, and the consignment for it."""

    tools: Tools
    task: Task
    leg: Leg
    site: Site
    registry: Registry
    packed: Consignment

    @property
    def one(self) -> Distribution:
        """Return the distribution as it was when the task began."""
        return self.task.one

    @property
    def consignment(self) -> Consignment:
        """Return the files under the coordinates that were planned."""
        return fit_consignment(self.packed, self.one)

    def read_results(self) -> Results:
        """Return what earlier steps came to."""
        return self.tools.door.ask(SERVICE, ReadResults(self.one))

    def find_side(self, action: Action) -> Side:
        """Return where the bytes are after the action."""
        is_for_testers = action in {Action.STAGE, Action.VERIFY} and self.leg.route.stages
        return Side.STAGING if is_for_testers else Side.PUBLIC

    def compare(self, side: Side, point: str) -> Seen:
        """Compare what the registry hands out with what was voted on, and record what that came to."""
        seen = look(self.registry, side, self.consignment, self.read_results())
        self.record(seen, point)
        return seen

    def verify_store(self) -> Seen:
        """Read the voted files in the store again, and record whether they are what they were."""
        parcels = self.packed.parcels
        lost = tuple(str(each.path) for each in parcels if _is_lost(self.tools, each.content.sha512))
        seen = Seen(len(parcels), lost)
        self.record(seen, "sealed files")
        return seen

    def record(self, seen: Seen, point: str) -> None:
        """Record a comparison."""
        command = RecordComparison(self.one, point, seen.compared, seen.differing, seen.missing)
        self.tools.door.perform(SERVICE, command)

    def run_steps(self, action: Action) -> Results:
        """Take the steps of an action that were not taken; raise Conflict when it is not wanted any more."""
        operation = find_operation(action, self.leg)
        results = dict(self.read_results())
        for step in self.registry.list_steps(operation, self.consignment):
            self.check_wanted()
            results[step.name] = self._take(step, operation, results)
        return results

    def _take(self, step: Step, operation: Operation, results: Results) -> str:
        effect = name_effects(self.one, operation) + step.name
        try:
            return run_once(self.tools.door, effect, lambda: step.ask(results), lambda: step.act(results))
        except DomainError as error:
            raise AtStep(step.name, error) from error

    def check_wanted(self) -> None:
        """Raise Conflict when somebody changed their mind since the task began."""
        if not self.tools.door.ask(SERVICE, IsWanted(self.task)):
            raise Conflict(f"{self.one.release} on {self.one.channel} was changed meanwhile.")


def look(registry: Registry, side: Side, consignment: Consignment, results: Results) -> Seen:
    """Return what a registry hands out, compared with the consignment."""
    compared = registry.compare(side, consignment, results)
    return Seen(
        len(compared),
        tuple(each.subject for each in compared if each.seen is not None and not each.matches),
        tuple(each.subject for each in compared if each.seen is None),
    )


def _is_lost(tools: Tools, digest: Digest) -> bool:
    try:
        return tools.blobs.verify(digest).sha512 != digest
    except (Damaged, NotFound):
        return True


def pack(tools: Tools, task: Task, action: Action) -> Consignment:
    """Return the sealed files for the channel; raise Refused or Invalid with why there are none.

    Taking back needs no more than coordinates: the files may have been replaced by now.
    """
    one = task.one
    try:
        return tools.door.ask(SERVICE, PackConsignment(one.release, one.channel)).consignment
    except (Refused, Invalid):
        if action is not Action.TAKE_BACK or one.staging_revision_key is None:
            raise
        revision, names = one.staging_revision_key, (one.staging_name, one.final_names)
        return Consignment(one.release, revision, one.owner_namespace, one.package, one.version, (), *names)
