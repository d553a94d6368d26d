# SPDX-License-Identifier: Apache-2.0
"""What a token may be given when it is made."""

from collections.abc import Iterable
from datetime import timedelta

from atr.domain.errors import Invalid, Problem
from atr.domain.lifecycle import Phase
from atr.domain.people import TokenScope
from atr.domain.permissions import AUTOMATION_LIMIT
from atr.services.door import Work


def check_token_name(name: str) -> None:
    """Raise Invalid unless the name tells tokens apart in a list."""
    if not (1 <= len(name) <= 100 and name.isprintable() and name == name.strip()):
        raise Invalid.field("name", "Give the token a name of 1 to 100 printable characters.")


def check_scope(work: Work, scope: TokenScope, life: timedelta) -> None:
    """Raise Invalid with everything an automation's token may not have."""
    longest = work.around.foundation.longest_token
    forbidden = scope.activities - AUTOMATION_LIMIT
    unknown_phases = scope.phases - set(Phase)
    unknown_projects = scope.projects - work.unit.projects.find_names(scope.projects).keys()
    findings = (
        (not scope.activities, "activities", "Name at least one activity."),
        (bool(forbidden), "activities", f"An automation may not be given: {_enumerate(forbidden)}."),
        (bool(unknown_phases), "phases", f"There are no such phases: {_enumerate(unknown_phases)}."),
        (bool(unknown_projects), "projects", f"There are no such projects: {_enumerate(unknown_projects)}."),
        (
            not timedelta() < life <= longest,
            "days",
            f"A token lives at least 1 day and at most {longest.days} days.",
        ),
    )
    problems = tuple(Problem(field, message) for wrong, field, message in findings if wrong)
    if problems:
        raise Invalid(*problems)


def _enumerate(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
