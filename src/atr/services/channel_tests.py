# SPDX-License-Identifier: Apache-2.0
"""Testing a channel: asked for at the door, carried out by a worker, its outcome read with the channel."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from atr.domain.distribution import Channel, ChannelTest
from atr.domain.errors import DomainError, NotFound
from atr.domain.names import ChannelKey
from atr.domain.people import SERVICE
from atr.domain.permissions import Activity, Permission
from atr.ports.jobs import Job, JobKind
from atr.ports.platforms import Site
from atr.services.channel_access import OpenChannel, hide_secrets
from atr.services.channel_views import ChannelView, ShowChannel, find_channel, view_channel
from atr.services.channels import about_channel
from atr.services.door import Bookkeeping, Command, Done, Work
from atr.services.errand import Errand, Tools

LONGEST_RESULT = 1_000


@dataclass(frozen=True, slots=True)
class TestChannel(Command[ChannelView]):
    """Have a worker sign in to the channel, reading only; what it comes to stands with the channel."""

    __test__: ClassVar[bool] = False  # no test of pytest's

    key: ChannelKey

    permission: ClassVar[Permission] = Activity.CHANNEL_ADMIN

    def carry_out(self, work: Work) -> Done[ChannelView]:
        """Ask for it; raise NotFound."""
        channel = find_channel(work, self.key)
        test = ChannelTest(work.now)
        work.unit.channels.note_test(self.key, test)
        work.unit.jobs.enqueue(Job(JobKind.TEST_CHANNEL, self.key, lock=f"test channel {self.key}"))
        view = view_channel(work, replace(channel, test=test))
        return Done(view, "channel.tested", about_channel(self.key))


@dataclass(frozen=True, slots=True)
class NoteTest(Bookkeeping[None]):
    """Write down what a test came to, unless the channel was changed or asked about again meanwhile."""

    tested: Channel
    passed: bool
    result: str

    def note(self, work: Work) -> None:
        """Record it."""
        known = work.unit.channels.find(self.tested.key)
        if known != self.tested or known.test is None:
            return
        result = self.result[:LONGEST_RESULT]
        test = replace(known.test, tested_at=work.now, passed=self.passed, result=result)
        work.unit.channels.note_test(known.key, test)


@dataclass(frozen=True, slots=True)
class TryChannel(Errand):
    """Sign in to a channel as a distribution would, without changing anything there."""

    key: ChannelKey

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read the channel's key."""
        return cls(ChannelKey(argument))

    def run(self, tools: Tools) -> None:
        """Ask the registry whose account it is, unless an answer stands there already."""
        try:
            channel = tools.door.ask(SERVICE, ShowChannel(self.key)).channel
        except NotFound:
            return  # it was removed after somebody asked
        if channel.test is None or channel.test.tested_at is not None:
            return
        passed, result = _sign_in(tools, channel)
        tools.door.keep(NoteTest(channel, passed, result))


def _sign_in(tools: Tools, channel: Channel) -> tuple[bool, str]:
    site = Site(channel.url)
    try:
        site = tools.door.ask(SERVICE, OpenChannel(channel.key)).site
        with tools.registries.connect(channel.platform, site) as registry:
            return True, hide_secrets(registry.check_access(), site)
    except DomainError as error:
        return False, hide_secrets(str(error), site)
