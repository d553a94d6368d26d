# SPDX-License-Identifier: Apache-2.0
"""What waits for somebody, and what goes on in the foundation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from atr.domain.distribution import Distribution
from atr.domain.lifecycle import Phase
from atr.domain.names import ProjectKey, ReleaseKey, UserId
from atr.domain.people import Actor, Person, find_roles
from atr.domain.permissions import Activity, Permission, Standing, find_permitted
from atr.domain.project import Project
from atr.domain.release import Release
from atr.domain.vote import Round
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.accounts import require_user
from atr.services.door import Query, Work
from atr.services.events import EventView, name_actors
from atr.services.first_release import guide_waits_for
from atr.services.key_views import KeyView, list_own_keys
from atr.services.next_steps import NextStep, find_next_step
from atr.services.people import find_person
from atr.services.release_facts import gather_many_facts
from atr.services.releases import ListedRelease, ListReleases

MOST_PENDING = 30
MOST_OPEN = 50
NEWEST_RELEASES = 8
MOST_TROUBLES = 20
NEWEST_DEEDS = 6
# What is done all the time in passing, and would hide the rest.
_ROUTINE = ("upload.begun", "upload.spared", "session.begun", "session.ended")


@dataclass(frozen=True, slots=True)
class OpenVote:
    """A round in which votes are taken; `binding` tells whether the asker's vote would count as such."""

    vote: Round
    project_name: str
    binding: bool = False


@dataclass(frozen=True, slots=True)
class PendingRelease:
    """A release on its way: whether the asker may take its next step, and whether findings hold it up."""

    release: Release
    project_name: str
    next_step: NextStep
    mine: bool
    held: bool


@dataclass(frozen=True, slots=True)
class TroubledDistribution:
    """A release on a channel where somebody has to act: it failed, waits for a person, or has drifted."""

    distribution: Distribution
    project_name: str


@dataclass(frozen=True, slots=True)
class UndecidedMails:
    """A round with mails that are counted only if somebody says so."""

    release: ReleaseKey
    project_name: str
    round: int
    count: int


@dataclass(frozen=True, slots=True)
class WaitingView:
    """Everything that waits for one person; `voted` are open votes in which they have voted.

    `done` is what they did last; `is_new` tells that the guide to the first release may be of use.
    """

    person: Person
    votes: tuple[OpenVote, ...]
    voted: tuple[OpenVote, ...]
    releases: tuple[PendingRelease, ...]
    keys: tuple[KeyView, ...]
    projects: tuple[Project, ...]
    troubles: tuple[TroubledDistribution, ...]
    mails: tuple[UndecidedMails, ...]
    done: tuple[EventView, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class ShowWaiting(Query[WaitingView]):
    """What waits for the asker, in a fixed number of queries."""

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> WaitingView:
        """Return it: votes not cast, releases of one's projects on their way, keys about to end."""
        user = require_user(work)
        projects = work.unit.projects.list_of_person(user)
        own = [each for each in list_open_votes(work, user) if _concerns(each.vote, user, projects)]
        run = {each.key: each.name for each in projects if _may_run(work.actor, each)}
        cast = work.unit.votes.find_voted(user, [each.vote.release for each in own])
        return WaitingView(
            person=find_person(work, user),
            votes=tuple(each for each in own if each.vote.release not in cast),
            voted=tuple(each for each in own if each.vote.release in cast),
            releases=_list_pending(work, projects),
            keys=tuple(key for key in list_own_keys(work, user) if key.needs_attention),
            projects=projects,
            troubles=_list_troubles(work, run),
            mails=_list_undecided(work, run),
            done=list_own_deeds(work, user),
            is_new=guide_waits_for(work, projects),
        )


@dataclass(frozen=True, slots=True)
class OverviewView:
    """What goes on in the foundation, as everybody may see it."""

    open_votes: tuple[OpenVote, ...]
    recent: tuple[ListedRelease, ...]


@dataclass(frozen=True, slots=True)
class ShowOverview(Query[OverviewView]):
    """The open votes and the newest releases."""

    def answer(self, work: Work) -> OverviewView:
        """Return them."""
        newest = ListReleases(ReleaseFilter(phase=Phase.RELEASED), PageRequest(NEWEST_RELEASES))
        return OverviewView(list_open_votes(work, work.actor.user), newest.answer(work).items)


def list_open_votes(work: Work, user: UserId | None) -> tuple[OpenVote, ...]:
    """Return the rounds in which votes are taken, those that can close first at the front."""
    rounds = work.unit.votes.list_open(MOST_OPEN)
    names = work.unit.projects.find_names({each.release.project for each in rounds})
    return tuple(
        OpenVote(each, names.get(each.release.project, each.release.project), user in each.roster)
        for each in rounds
    )


def list_own_deeds(work: Work, user: UserId) -> tuple[EventView, ...]:
    """Return what somebody did last, the newest first."""
    which = EventFilter(actor=user, except_names=_ROUTINE)
    return name_actors(work, work.unit.events.list(which, PageRequest(NEWEST_DEEDS)).items)


def _list_troubles(work: Work, names: Mapping[ProjectKey, str]) -> tuple[TroubledDistribution, ...]:
    found = work.unit.distributions.list_troubled(names, MOST_TROUBLES)
    return tuple(TroubledDistribution(each, names[each.release.project]) for each in found)


def _list_undecided(work: Work, names: Mapping[ProjectKey, str]) -> tuple[UndecidedMails, ...]:
    counts = work.unit.vote_messages.count_undecided(names)
    return tuple(
        UndecidedMails(release, names[release.project], number, count)
        for (release, number), count in sorted(counts.items(), key=lambda each: str(each[0]))
    )


def _concerns(vote: Round, user: UserId, projects: Iterable[Project]) -> bool:
    """Tell whether ATR takes the vote of somebody with a part in it."""
    own = user in vote.roster or vote.release.project in {each.key for each in projects}
    return own and not vote.policy.manual_vote


def _list_pending(work: Work, projects: tuple[Project, ...]) -> tuple[PendingRelease, ...]:
    known = {each.key: each for each in projects}
    releases = work.unit.releases.list_unfinished(known, MOST_PENDING)
    pending = []
    for facts in gather_many_facts(work, releases):
        release, step = facts.release, find_next_step(facts)
        project = known[release.key.project]
        held = bool(facts.verdict.blocking or facts.verdict.unacknowledged)
        mine = _may_take(work.actor, project, step)
        pending.append(PendingRelease(release, project.name, step, mine, held))
    return tuple(pending)


def _may_take(actor: Actor, project: Project, step: NextStep) -> bool:
    """Tell whether the asker moves the release on; votes are listed by themselves."""
    return step.activity is Activity.RUN_PHASE and _may_run(actor, project)


def _may_run(actor: Actor, project: Project) -> bool:
    return Activity.RUN_PHASE in find_permitted(actor, find_roles(actor, project.roster))
