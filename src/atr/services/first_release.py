# SPDX-License-Identifier: Apache-2.0
"""How far somebody is on the way to the first release."""

from dataclasses import dataclass

from atr.domain.first_release import GuideStep, Progress, find_next, list_done
from atr.domain.lifecycle import Stage
from atr.domain.names import ProjectKey, UserId
from atr.domain.people import ActorKind, find_roles
from atr.domain.permissions import Activity, find_permitted
from atr.domain.project import Project
from atr.domain.release import Release
from atr.services.door import Query, Work
from atr.services.key_views import list_own_keys
from atr.services.release_facts import gather_facts

_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class GuideView:
    """The way of one person: the release it is about, what is done, and what is next.

    `project` is one in which the person may run a release; `has_released` tells that the way was gone before.
    """

    release: Release | None
    project: ProjectKey | None
    done: frozenset[GuideStep]
    next: GuideStep | None
    has_released: bool


@dataclass(frozen=True, slots=True)
class ShowFirstRelease(Query[GuideView]):
    """The way to the first release, with what the asker has done of it."""

    def answer(self, work: Work) -> GuideView:
        """Return it; for somebody who is not signed in, nothing is done."""
        user = work.actor.user
        if user is None or work.actor.kind is not ActorKind.PERSON:
            return GuideView(None, None, frozenset(), GuideStep.SIGN_IN, has_released=False)
        return _view_way(work, user)


def guide_waits_for(work: Work, projects: tuple[Project, ...]) -> bool:
    """Tell whether the guide is of use: the asker may run a release, and has brought none to its end."""
    user = work.actor.user
    if user is None or not _list_run(work, projects):
        return False
    return not any(map(_was_released, work.unit.releases.list_begun(user, _LOOKED_AT)))


def _view_way(work: Work, user: UserId) -> GuideView:
    projects = _list_run(work, work.unit.projects.list_of_person(user))
    begun = work.unit.releases.list_begun(user, _LOOKED_AT)
    release = _choose_release(begun)
    keys = [key for key in list_own_keys(work, user) if not key.expired and not key.signing.is_revoked()]
    progress = Progress(
        is_signed_in=True,
        runs_project=bool(projects),
        has_key=bool(keys),
        has_attached_key=any(key.projects for key in keys),
        situation=gather_facts(work, release).situation if release else None,
    )
    done = list_done(progress)
    project = release.key.project if release else next((each.key for each in projects), None)
    return GuideView(release, project, done, find_next(done), any(map(_was_released, begun)))


def _list_run(work: Work, projects: tuple[Project, ...]) -> tuple[Project, ...]:
    """Return those of the projects in which the asker may run a release."""
    return tuple(
        each
        for each in projects
        if Activity.RUN_PHASE in find_permitted(work.actor, find_roles(work.actor, each.roster))
    )


def _choose_release(begun: tuple[Release, ...]) -> Release | None:
    """Return the newest release that was not set aside."""
    return next((each for each in begun if each.stage is not Stage.ARCHIVED), None)


def _was_released(release: Release) -> bool:
    return release.released_at is not None
