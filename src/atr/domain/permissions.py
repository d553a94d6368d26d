# SPDX-License-Identifier: Apache-2.0
"""Who may do what: one table, read from the role table at the end of the data model's seed."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from atr.domain.people import Actor, ActorKind, Role


class Activity(StrEnum):
    """Something a role may permit."""

    BINDING_VOTE = "binding vote"
    VOTE = "vote"
    RELEASE_ADMIN = "release admin"
    PROJECT_ADMIN = "project admin"
    PRODUCT_ADMIN = "product admin"
    MANAGE_KEY = "manage key"
    RUN_PHASE = "run phase"
    CHANNEL_ADMIN = "channel admin"
    VIEW_RELEASE_EVENTS = "view release events"
    VIEW_PROJECT_EVENTS = "view project events"
    SEARCH_ALL_EVENTS = "search all events"


_VIEW = frozenset({Activity.VIEW_RELEASE_EVENTS, Activity.VIEW_PROJECT_EVENTS})
_RUN = frozenset({Activity.RELEASE_ADMIN, Activity.RUN_PHASE})
_ADMINISTER = frozenset({Activity.PROJECT_ADMIN, Activity.PRODUCT_ADMIN})

MATRIX: Mapping[Role, frozenset[Activity]] = MappingProxyType(
    {
        Role.PMC_MEMBER: _VIEW
        | _RUN
        | _ADMINISTER
        | {Activity.BINDING_VOTE, Activity.VOTE, Activity.MANAGE_KEY},
        Role.RELEASE_MANAGER: _VIEW | _RUN | {Activity.VOTE, Activity.MANAGE_KEY},
        Role.COMMITTER: _VIEW | {Activity.VOTE},
        Role.VISITOR: _VIEW | {Activity.VOTE},
        Role.FOUNDATION_MEMBER: _VIEW | {Activity.VOTE, Activity.SEARCH_ALL_EVENTS},
        Role.SYSADMIN: _VIEW | _RUN | _ADMINISTER | {Activity.CHANNEL_ADMIN, Activity.SEARCH_ALL_EVENTS},
    }
)

# What an automation may be given at most: the release manager's activities, but it never votes.
AUTOMATION_LIMIT: frozenset[Activity] = MATRIX[Role.RELEASE_MANAGER] - {Activity.VOTE}

# What ATR does by itself: the step that follows from a rule, a deadline or a finished job.
SERVICE_LIMIT: frozenset[Activity] = frozenset({Activity.RUN_PHASE, Activity.RELEASE_ADMIN})

# What whoever runs the machine may set up with `atr admin`; never a vote or a step in a release's life.
OPERATOR_LIMIT: frozenset[Activity] = (MATRIX[Role.SYSADMIN] | {Activity.MANAGE_KEY}) - _RUN


class Standing(StrEnum):
    """What a command about nobody else's things asks of the actor, beside the table."""

    ANYONE = "sign in"
    OWN_ACCOUNT = "own account"
    FOUNDATION_ADMIN = "foundation admin"  # people and their roles: sysadmins, and whoever runs the machine


Permission = Activity | Standing

_REFUSALS: Mapping[Activity, str] = MappingProxyType(
    {
        Activity.BINDING_VOTE: "Only PMC members cast binding votes.",
        Activity.VOTE: "You may not vote here.",
        Activity.RELEASE_ADMIN: "Only PMC members, release managers and sysadmins manage releases.",
        Activity.PROJECT_ADMIN: "Only PMC members and sysadmins change a project.",
        Activity.PRODUCT_ADMIN: "Only PMC members and sysadmins change a product line.",
        Activity.MANAGE_KEY: "Only PMC members and release managers manage a project's keys.",
        Activity.RUN_PHASE: "Only PMC members, release managers and sysadmins move a release on.",
        Activity.CHANNEL_ADMIN: "Only sysadmins manage distribution channels.",
        Activity.VIEW_RELEASE_EVENTS: "You may not see the events of this release.",
        Activity.VIEW_PROJECT_EVENTS: "You may not see the events of this project.",
        Activity.SEARCH_ALL_EVENTS: "Only foundation members and sysadmins search all events.",
    }
)


def find_role(roles: frozenset[Role], activity: Activity) -> Role | None:
    """Return the first role held, in the order of the table, that permits the activity."""
    return next((role for role in MATRIX if role in roles and activity in MATRIX[role]), None)


def find_permitted(actor: Actor, roles: frozenset[Role]) -> frozenset[Activity]:
    """Return the activities open to the actor: the union over the roles, narrowed by a token's scope."""
    if actor.kind is ActorKind.SERVICE:
        return SERVICE_LIMIT
    if actor.kind is ActorKind.OPERATOR:
        return OPERATOR_LIMIT
    united = frozenset[Activity]().union(*(MATRIX[role] for role in roles))
    if actor.scope is None:
        return united
    granted = {activity for activity in united if activity in actor.scope.activities}
    return frozenset(granted & AUTOMATION_LIMIT if actor.kind is ActorKind.AUTOMATION else granted)


def administers_foundation(actor: Actor) -> bool:
    """Tell whether the actor may add people and give roles; a scoped automation never may."""
    is_sysadmin = actor.kind is ActorKind.PERSON and Role.SYSADMIN in actor.foundation_roles
    return is_sysadmin or actor.kind is ActorKind.OPERATOR


def explain_denial(activity: Activity) -> str:
    """Return the sentence for somebody who may not."""
    return _REFUSALS[activity]
