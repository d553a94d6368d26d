# SPDX-License-Identifier: Apache-2.0
"""The page on who may do what, from the matrix that every command is held against."""

from atr.domain.people import Role
from atr.domain.permissions import (
    AUTOMATION_LIMIT,
    MATRIX,
    SERVICE_LIMIT,
    Activity,
    explain_denial,
)
from tools.reference.page import format_table

INTRODUCTION = """\
# Who may do what

Roles compose: a person may do whatever any role held for that project permits. An empty cell means no.
The names of the roles on the pages are configuration.
"""


def render_permissions() -> str:
    """Return the page: the matrix, what automations and ATR itself may do, and the refusals."""
    return "\n".join(
        [
            INTRODUCTION,
            format_table(("activity", *map(show_role, MATRIX)), (list_cells(each) for each in Activity)),
            "## Automations and ATR itself\n",
            f"An automation is given a part of: {join_activities(AUTOMATION_LIMIT)}.\n",
            f"ATR itself takes the next step by a rule or a deadline: {join_activities(SERVICE_LIMIT)}.\n",
            "## What the others are told\n",
            format_table(("activity", "sentence"), ((each, explain_denial(each)) for each in Activity)),
        ]
    )


def list_cells(activity: Activity) -> tuple[str, ...]:
    """Return one line of the matrix."""
    return (activity, *("yes" if activity in MATRIX[role] else "" for role in MATRIX))


def show_role(role: Role) -> str:
    """Return the role as words."""
    return role.replace("_", " ")


def join_activities(activities: frozenset[Activity]) -> str:
    """Return the activities in the order of the vocabulary."""
    return ", ".join(each for each in Activity if each in activities)
