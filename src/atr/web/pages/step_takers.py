# SPDX-License-Identifier: Apache-2.0
"""Who can take the next step of a release, by name."""

from collections.abc import Iterable, Mapping
from typing import Final

from atr.domain.names import UserId
from atr.domain.people import Role, Roster
from atr.services.next_steps import NextStep
from atr.services.release_views import ReleaseView

_MOST_NAMED: Final = 3
_EVERYBODY: Final = "Everybody may vote; PMC members are binding."


def say_takers(view: ReleaseView, user: UserId | None, role_labels: Mapping[Role, str]) -> str:
    """Return a sentence on who can take the next step; empty when there is none to take."""
    step = view.next_step
    if step.target is None:
        return ""
    if not step.roles:
        return "ATR does this by itself."
    if Role.VISITOR in step.roles:
        return _EVERYBODY
    able = list_able(step, view.project.roster)
    others = [view.names.get(each, each) for each in able if each != user]
    may_take = step.activity in view.permitted
    if may_take:
        return f"You can do this, and so can {_join(others, 'and')}." if others else "You can do this."
    if others:
        return f"{_join(others, 'or')} can do this."
    return f"By a {join_roles(step.roles, role_labels)}."


def list_able(step: NextStep, roster: Roster) -> tuple[UserId, ...]:
    """Return those on the roster who may take the step: release managers first, as it is their work."""
    managers = roster.release_managers if Role.RELEASE_MANAGER in step.roles else frozenset()
    members = roster.pmc_members if Role.PMC_MEMBER in step.roles else frozenset()
    return (*sorted(managers), *sorted(members - managers))


def join_roles(roles: Iterable[Role], labels: Mapping[Role, str]) -> str:
    """Return the roles as they stand in a sentence: `a PMC member, release manager or sysadmin`."""
    words = [_lower_first(labels.get(role, role)) for role in roles]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _join(names: list[str], word: str) -> str:
    hidden = len(names) - _MOST_NAMED
    if hidden > 0:
        return f"{', '.join(names[:_MOST_NAMED])} {word} {hidden} other{'s' if hidden > 1 else ''}"
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
