# SPDX-License-Identifier: Apache-2.0
"""Every page, with whoever looks at it, over three foundations in the middle of their work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.distribution import DistributionState
from atr.domain.errors import Refused
from atr.domain.names import ParticipantId, ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.platforms.memory_registry import SHOW
from atr.services.accounts import MakeLoginLink
from atr.services.door import Door
from atr.services.key_views import ListOwnKeys
from atr.services.mails import ListMails
from atr.services.packages import ReadPackages
from atr.services.sender_questions import AskSender
from atr.services.surroundings import Surroundings
from tests.support.candidates import WHEEL, make_wheel
from tests.support.distributing import (
    CANDIDATE,
    DOCKER,
    GITHUB,
    HEX,
    NPM,
    PYPI,
    TEST_PYPI,
    make_yard,
    pass_vote,
    seal,
)
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.scenes import furnish_foundation
from tests.support.visitors import ask_for_ballot, read_mail, vote_as_visitor
from tests.support.vote_mail import find_call, receive, write_reply, write_signed
from tests.support.voting import KEY, cast_vote, make_bench, seal_release, show_round, start_vote

_VOTED, _BLOCKED, _SEALED = (f"/releases/demo/main/{version}" for version in ("1.1", "1.2", "1.3"))
FOUNDATION: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "": (
            "/",
            "/projects",
            "/projects?q=zzz",
            "/projects/demo",
            "/projects/demo/tools",
            "/projects/demo/tools/channels",
            "/projects/demo/policy",
            "/projects/demo/tools/policy",
            "/projects/demo/policy/checks",
            "/projects/demo/tools/policy/checks",
            "/projects/demo/keys",
            "/projects/demo/main/downloads",
            "/projects/demo/main/1.0/download",
            "/releases",
            "/releases/demo/main/0.9",
            "/releases/demo/main/1.0",
            "/channels",
            "/platforms",
            "/keys",
            "/keys?q=zzz",
            "/keys/calendar",
            "/activity",
            "/projects/demo/activity",
            "/projects/demo/keys/calendar",
            "/events",
            "/events?subject=demo",
            "/events?since=soon",
            "/mails?release=demo/1.0",
            "/help",
            "/help/checks",
            "/help/phases",
            "/help/words",
            "/help/first-release",
            "/help/shortcuts",
            "/privacy",
            "/search?q=demo",
            "/search?q=zzz",
            "/sign-in",
            "/sign-in?code=over",
            "/api/v1/docs",
            "/design",
        ),
        "alice": (
            "/",
            "/projects/demo",
            "/projects/demo/edit",
            "/projects/demo/roster",
            "/projects/demo/policy/edit",
            "/projects/demo/policy/checks/edit",
            "/projects/demo/tools/policy/checks/edit",
            "/projects/demo/tools/policy/edit",
            "/projects/demo/new-line",
            "/projects/demo/tools/edit",
            "/projects/demo/tools/channels/npm",
            "/projects/demo/keys",
            "/projects/sprout",
            "/me",
            "/me/reminders",
            "/me/tokens",
            "/me/keys",
        ),
        "rm": (
            "/",
            "/projects/demo/tools/new-release",
            "/releases/demo/main/1.0.1/announcement",
            "/releases/demo/tools/2026.11",
            "/releases/demo/tools/2026.11/files",
            _VOTED,
            f"{_VOTED}/votes",
            f"{_VOTED}/votes/1",
            _BLOCKED,
            f"{_BLOCKED}/files",
            f"{_BLOCKED}/files/removal?base=1&whole=demo-1.2.tar.gz",
            f"{_BLOCKED}/checks",
            f"{_BLOCKED}/checks?by=file",
            f"{_BLOCKED}/checks/acknowledgements?rule=licence.notice",
            f"{_BLOCKED}/checks/waivers?rule=licence.notice",
            f"{_BLOCKED}/votes",
            f"{_BLOCKED}/revisions/1",
            f"{_BLOCKED}/revisions/1/members?file=demo-1.2.tar.gz",
            f"{_BLOCKED}/revisions/1/text?file=demo-1.2.tar.gz",
            f"{_BLOCKED}/revisions/1/text?file=demo-1.2.tar.gz&layout=split",
            f"{_SEALED}/votes",
        ),
        "root": (
            "/",
            "/projects",
            "/projects/new",
            "/events",
            "/mails",
            "/operations",
            "/people",
            "/people/alice",
            "/activity",
            "/keys/calendar",
            "/channels/npm",
            "/channels/npm/edit",
            "/channels/new?platform=mavencentral",
        ),
    }
)
_RELEASE = "/releases/demo/main/1.0"
CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"rm": (_RELEASE, f"{_RELEASE}/distribution", f"{_RELEASE}/distribution/plan")}
)
VOTE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "": (f"{_RELEASE}/votes/1", f"{_RELEASE}/votes/1/asked"),
        "alice": ("/", f"{_RELEASE}/votes/1"),
        "rm": (f"{_RELEASE}/votes/1",),
        "carol": (f"{_RELEASE}/votes/1",),
    }
)
# Pages about what is wrong with their address.
_FAULTY = MappingProxyType({"/keys?q=zzz": 404, "/events?since=soon": 422, "/sign-in?code=over": 410})
# What is found only once a foundation is furnished, as it is told apart by its address.
_FOUND = (
    "/mails/message",
    "/keys/fingerprint",
    "/contacts/participant",
    "/confirm-mail/token",
    "/confirm-ballot/token",
    "/participants/token",
)
PATHS = (
    *_FOUND,
    *(path for every in (FOUNDATION, CHANNELS, VOTE) for paths in every.values() for path in paths),
)


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as somebody sees it; nobody signed in when `user` is empty."""

    user: str
    path: str
    name: str = ""

    @property
    def status(self) -> int:
        """Return the status it comes with."""
        return _FAULTY.get(self.path, 200)

    @property
    def title(self) -> str:
        """Return what its picture is called."""
        words = self.name or "".join(each if each.isalnum() else " " for each in self.path)
        return (
            "-".join([self.user or "public", *words.split()])
            if words.split()
            else f"{self.user or 'public'}-home"
        )


@dataclass(frozen=True, slots=True)
class Hall:
    """What furnishing needs."""

    door: Door
    surroundings: Surroundings
    queue: RecordedQueue
    clock: SettableClock


def furnish_everything(hall: Hall) -> tuple[Sight, ...]:
    """Furnish a whole foundation; return what there is to see of it."""
    furnish_foundation(make_bench(hall.door, hall.surroundings, hall.queue), hall.clock)
    seal_release(hall.door, ReleaseKey.parse("demo/1.3"))
    return (*_list_sights(FOUNDATION), *_find_sights(hall.door))


def furnish_channels(hall: Hall) -> tuple[Sight, ...]:
    """Bring a release to channels, where it is confirmed, stopped, and waited for."""
    yard = make_yard(hall.door, hall.surroundings, hall.queue, hall.clock)
    yard.add_channels(DOCKER, GITHUB, TEST_PYPI)
    yard.add_channels(PYPI, NPM, signed_in=False)
    yard.add_channels(HEX, required=False)
    yard.use(DOCKER, GITHUB, TEST_PYPI, PYPI, NPM, HEX)
    reason = "The registry answered 403: the tag 1.0 is protected, and this account may not move it."
    yard.visit(DOCKER).plan_trouble(SHOW, lambda: Refused(reason))
    seal(yard, files={**CANDIDATE, WHEEL: make_wheel()})
    pass_vote(yard)
    yard.work_off()
    ReadPackages(KEY, 1).run(yard.tools)
    assert yard.find(DOCKER).state is DistributionState.FAILED
    return _list_sights(CHANNELS)


def furnish_vote(hall: Hall) -> tuple[Sight, ...]:
    """Open a vote in which members, visitors and mails have their say."""
    door = hall.door
    make_project(door)
    add_person(door, "root", sysadmin=True)
    seal_release(door)
    start_vote(door, hours=72)
    hall.queue.forget()
    bench = make_bench(door, hall.surroundings, hall.queue)
    hall.clock.advance(hours=20)
    cast_vote(door, "alice")
    cast_vote(door, "dave")
    vote_as_visitor(bench)
    own = read_links_of_second(hall)
    hall.clock.advance(hours=9)
    cast_vote(door, "bob", "-1")
    call = find_call(door)
    receive(door, write_signed(call, "bob", "> +1"))
    unproven = receive(door, write_reply(call, "carol"))
    AskSender(unproven.id).run(bench.tools)
    question = next(
        line for line in list(bench.mail.sent.values())[-1].body.splitlines() if "/confirm-mail/" in line
    )
    visitor = next(
        each.ballot.voter for each in show_round(door).ballots if isinstance(each.ballot.voter, ParticipantId)
    )
    return (
        *_list_sights(VOTE),
        Sight("root", f"/contacts/{visitor}", "contact"),
        Sight("", "/" + question.partition("//")[2].partition("/")[2], "confirm-mail"),
        *own,
    )


def read_links_of_second(hall: Hall) -> tuple[Sight, ...]:
    """Have a second visitor ask, who has not confirmed yet; return the pages of the mail's links."""
    ask_for_ballot(hall.door, address="second@visitors.example", name="Second Visitor", network="192.0.2.8")
    links = read_mail(make_bench(hall.door, hall.surroundings, hall.queue))
    return (
        Sight("", f"/confirm-ballot/{links.confirm}", "confirm-ballot"),
        Sight("", f"/participants/{links.own}", "participant"),
    )


def _list_sights(paths: Mapping[str, tuple[str, ...]]) -> tuple[Sight, ...]:
    return tuple(Sight(user, path) for user, all_paths in paths.items() for path in all_paths)


def _find_sights(door: Door) -> Iterator[Sight]:
    (mail, *_) = door.ask(ANONYMOUS, ListMails(ReleaseKey.parse("demo/1.0")))
    yield Sight("", f"/mails/{mail.message_id.strip('<>')}", "mail")
    key = door.ask(act_as(door, "alice"), ListOwnKeys())[0].signing.fingerprint
    yield Sight("alice", f"/keys/{key}", "key")
    code = door.perform(OPERATOR, MakeLoginLink(UserId("alice"))).code
    yield Sight("", f"/sign-in?code={code}", "sign-in-by-link")
