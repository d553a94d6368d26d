# SPDX-License-Identifier: Apache-2.0
"""Looking every day whether what is public is still what was voted on."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Self

from atr.domain.distribution import Distribution, DistributionState
from atr.domain.errors import DomainError
from atr.domain.event import EventDetail
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.people import SERVICE
from atr.domain.permissions import Activity, Permission
from atr.ports.jobs import JobKind
from atr.ports.platforms import Side
from atr.services.channel_access import OpenChannel, hide_secrets
from atr.services.consignments import PackConsignment
from atr.services.distribution_bench import FindTask, ReadResults, Seen, Task, look
from atr.services.distribution_mails import report_channels
from atr.services.distribution_records import LONGEST_REASON, about_distribution
from atr.services.distribution_start import enqueue_distribution, parse_distribution_name
from atr.services.distributions import find_distribution, fit_consignment
from atr.services.door import Bookkeeping, Command, Done, Place, Work
from atr.services.errand import Errand, Tools, TryLater

COMPARED_EVERY = timedelta(days=1)


def look_for_drift(work: Work) -> None:
    """Have workers compare what has been public for a day since it was last compared."""
    for one in work.unit.distributions.list_confirmed():
        if one.compared_at is None or one.compared_at <= work.now - COMPARED_EVERY:
            enqueue_distribution(work, one, JobKind.CHECK_DRIFT)


@dataclass(frozen=True, slots=True)
class RecordDrift(Command[Distribution]):
    """Record that what is public is no longer what was voted on, or that it is again."""

    seen: Distribution
    drift: str

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.seen.release)

    def carry_out(self, work: Work) -> Done[Distribution]:
        """Save it and tell the list of a drift; raise Conflict."""
        drifted = replace(self.seen, drift=self.drift[:LONGEST_REASON], compared_at=work.now)
        saved = work.unit.distributions.save(drifted)
        if saved.drift:
            report_channels(work, saved.release)
        name = "distribution.drifted" if saved.drift else "distribution.recovered"
        details: dict[str, EventDetail] = {"channel": str(saved.channel), "drift": saved.drift}
        return Done(saved, name, about_distribution(saved), details)


@dataclass(frozen=True, slots=True)
class NoteCompared(Bookkeeping[None]):
    """Write down that what is public was compared and is as it was at the last comparison."""

    seen: Distribution

    def note(self, work: Work) -> None:
        """Record the moment."""
        one = find_distribution(work, self.seen.release, self.seen.channel)
        work.unit.distributions.save(replace(one, compared_at=work.now))


@dataclass(frozen=True, slots=True)
class CheckDrift(Errand):
    """Compare what is public on a channel with what was voted on, as anybody would fetch it."""

    release: ReleaseKey
    channel: ChannelKey

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION on CHANNEL`."""
        return cls(*parse_distribution_name(argument))

    def run(self, tools: Tools) -> None:
        """Record what has changed since the last comparison; raise TryLater when there is no answer."""
        task = tools.door.ask(SERVICE, FindTask(self.release, self.channel))
        if task.one.state is not DistributionState.CONFIRMED or task.leg is None:
            return
        seen = _look_again(tools, task, task.leg.channel.platform)
        drift = "" if seen.is_voted else seen.describe()
        if drift == task.one.drift:
            tools.door.keep(NoteCompared(task.one))
        else:
            tools.door.perform(SERVICE, RecordDrift(task.one, drift))


def _look_again(tools: Tools, task: Task, platform: str) -> Seen:
    one = task.one
    site = tools.door.ask(SERVICE, OpenChannel(one.channel)).site
    packed = tools.door.ask(SERVICE, PackConsignment(one.release, one.channel)).consignment
    results = tools.door.ask(SERVICE, ReadResults(one))
    try:
        with tools.registries.connect(platform, site) as registry:
            return look(registry, Side.PUBLIC, fit_consignment(packed, one), results)
    except DomainError as error:
        raise TryLater(hide_secrets(str(error), site)) from None
