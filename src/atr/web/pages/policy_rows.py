# SPDX-License-Identifier: Apache-2.0
"""A vote policy field by field: what holds, and who said so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from atr.domain.policy import PolicyLevel, VotePolicy
from atr.services.policies import PolicyView
from atr.web.components import Badge
from atr.web.flash import Tone

LEVELS: Mapping[PolicyLevel, Badge] = MappingProxyType(
    {
        PolicyLevel.FOUNDATION: Badge("Foundation"),
        PolicyLevel.DEV_LIST: Badge("Dev list"),
        PolicyLevel.PROJECT: Badge("Project", Tone.INFO),
        PolicyLevel.PRODUCT: Badge("Product line", Tone.GOOD),
    }
)
"""Who set a field."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "mail_to": "Votes are called at",
        "min_hours": "A vote is open for at least",
        "min_binding": "Binding +1 needed",
        "manual_vote": "The vote is held elsewhere",
        "auto_resolve": "Closed by itself when it has passed",
        "pause_for_rm": "Waits for the release manager afterwards",
        "release_checklist": "Checklist for voters",
    }
)
"""The fields in the order in which people ask for them."""

_FIRST = {LABELS[name] for name in ("mail_to", "min_hours", "min_binding")}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A field of the policy in force."""

    label: str
    value: str
    level: Badge


@dataclass(frozen=True, slots=True)
class PolicyVersionRow:
    """A saved policy: what it set itself."""

    number: int
    saved_by: str
    saved_at: datetime
    settings: tuple[tuple[str, str], ...]


def list_policy_rows(view: PolicyView) -> tuple[PolicyRow, ...]:
    """Return every field but the checklist, which is shown by itself."""
    policy = view.effective.policy
    return tuple(
        PolicyRow(label, say_field(policy, name), LEVELS[view.levels[name]])
        for name, label in LABELS.items()
        if name != "release_checklist"
    )


def list_policy_brief(view: PolicyView) -> tuple[PolicyRow, ...]:
    """Return what people ask for first, and every other field that is not the foundation's."""
    return tuple(
        row
        for row in list_policy_rows(view)
        if row.label in _FIRST or row.level is not LEVELS[PolicyLevel.FOUNDATION]
    )


def find_checklist_level(view: PolicyView) -> Badge:
    """Return who wrote the checklist."""
    return LEVELS[view.levels["release_checklist"]]


def say_field(policy: VotePolicy, name: str) -> str:
    """Return the value of a field in words."""
    return say_value(name, getattr(policy, name))


def say_value(name: str, value: object) -> str:
    """Return what a field is set to in words."""
    match name, value:
        case "min_hours", 0:
            return "until the count passes"
        case "min_hours", int():
            return f"{value} hours"
        case _, bool():
            return "yes" if value else "no"
        case "release_checklist", str():
            return _say_length(value)
        case _, tuple():
            return ", ".join(map(str, value)) or "nowhere yet: the dev list is not set"
        case _:
            return str(value)


def _say_length(checklist: str) -> str:
    lines = len([line for line in checklist.splitlines() if line.strip()])
    if not lines:
        return "none"
    return "1 line" if lines == 1 else f"{lines} lines"
