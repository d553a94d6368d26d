# SPDX-License-Identifier: Apache-2.0
"""Vote policy: foundation defaults, overridden field by field by the project, then by the product line."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from atr.domain.errors import Invalid, Problem
from atr.domain.keep import KEEP, Keep
from atr.domain.names import MailAddress, UserId

LONGEST_HOURS = 24 * 365
LONGEST_CHECKLIST = 50_000
MOST_BINDING = 1_000
MOST_MAIL_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class VotePolicy:
    """The effective policy of a vote; `min_hours` 0 closes as soon as the count passes."""

    mail_to: tuple[MailAddress, ...] = ()
    manual_vote: bool = False
    min_hours: int = 72
    release_checklist: str = ""
    pause_for_rm: bool = False
    min_binding: int = 3
    auto_resolve: bool = True


FOUNDATION_DEFAULT = VotePolicy()


@dataclass(frozen=True, slots=True)
class PolicyOverride:
    """What a project or product line sets itself; None inherits the field."""

    mail_to: tuple[MailAddress, ...] | None = None
    manual_vote: bool | None = None
    min_hours: int | None = None
    release_checklist: str | None = None
    pause_for_rm: bool | None = None
    min_binding: int | None = None
    auto_resolve: bool | None = None


INHERIT_ALL = PolicyOverride()


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Which fields of an override to change: a value sets it, None inherits again, KEEP leaves it."""

    mail_to: tuple[MailAddress, ...] | Keep | None = KEEP
    manual_vote: bool | Keep | None = KEEP
    min_hours: int | Keep | None = KEEP
    release_checklist: str | Keep | None = KEEP
    pause_for_rm: bool | Keep | None = KEEP
    min_binding: int | Keep | None = KEEP
    auto_resolve: bool | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One saved override; numbers count up from 1 for each project and each product line."""

    number: int
    override: PolicyOverride
    saved_at: datetime
    saved_by: UserId | None


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """A policy with the versions it was composed of; 0 where nothing was ever saved."""

    policy: VotePolicy
    project_version: int
    product_version: int

    @property
    def version(self) -> str:
        """Return the version a vote records, such as `3.0`: project's, then product line's."""
        return f"{self.project_version}.{self.product_version}"


class PolicyLevel(StrEnum):
    """Who set a field of the policy in force."""

    FOUNDATION = "foundation"
    DEV_LIST = "dev list"
    PROJECT = "project"
    PRODUCT = "product"


def inherit_policy(default: VotePolicy, *overrides: PolicyOverride) -> VotePolicy:
    """Return the default with each override laid over it, field by field."""
    effective = default
    for override in overrides:
        set_fields = {each.name: getattr(override, each.name) for each in fields(override)}
        effective = replace(
            effective, **{name: value for name, value in set_fields.items() if value is not None}
        )
    return effective


def check_policy(policy: VotePolicy, floor: VotePolicy = FOUNDATION_DEFAULT, *, podling: bool) -> None:
    """Raise Invalid with every field of an effective policy that the foundation does not allow."""
    findings = (
        (
            policy.min_hours < 0 or policy.min_hours > LONGEST_HOURS,
            "min_hours",
            f"Choose 0 to {LONGEST_HOURS} hours.",
        ),
        (
            policy.min_binding < floor.min_binding,
            "min_binding",
            f"At least {floor.min_binding} binding +1 votes are required; the number may only be raised.",
        ),
        (
            policy.min_binding > MOST_BINDING,
            "min_binding",
            f"Require at most {MOST_BINDING} binding +1 votes.",
        ),
        (
            len(policy.mail_to) > MOST_MAIL_ADDRESSES,
            "mail_to",
            f"Write to at most {MOST_MAIL_ADDRESSES} addresses.",
        ),
        (policy.manual_vote and podling, "manual_vote", "A podling cannot hold its votes by hand."),
        (
            len(policy.release_checklist) > LONGEST_CHECKLIST,
            "release_checklist",
            f"Keep the checklist within {LONGEST_CHECKLIST} characters.",
        ),
    )
    problems = tuple(Problem(field, message) for wrong, field, message in findings if wrong)
    if problems:
        raise Invalid(*problems)
