# SPDX-License-Identifier: Apache-2.0
"""Check policies: what projects tell the checks, saved as versions that evaluations name."""

from dataclasses import dataclass

from atr.domain.check_policy import (
    INHERIT_CHECKS,
    CheckPolicy,
    CheckPolicyChange,
    CheckPolicyOverride,
    CheckPolicyVersion,
    EffectiveChecks,
    compose_checks,
    refuse_faulty_checks,
)
from atr.domain.errors import ChangedMeanwhile, Invalid
from atr.domain.event import Subject, describe_changes
from atr.domain.keep import apply_change, list_given
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey
from atr.domain.permissions import Activity, Permission
from atr.services.checks_in_force import find_check_policy
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.evaluations import examine_open_again
from atr.services.products import about_product, find_product
from atr.services.projects import about_project, find_project

PolicyRef = ProjectKey | ProductRef


@dataclass(frozen=True, slots=True)
class CheckPolicyView:
    """What the checks are told and who set each field, what is set here, and what would hold otherwise.

    `number` is the version that was saved here last, 0 for none.
    """

    ref: PolicyRef
    effective: EffectiveChecks
    own: CheckPolicyOverride
    inherited: CheckPolicy
    number: int
    permitted: frozenset[Activity]


@dataclass(frozen=True, slots=True)
class SavedChecks:
    """A policy that was saved, and how many open candidates are examined again under it."""

    view: CheckPolicyView
    examined_again: int


@dataclass(frozen=True, slots=True)
class SetCheckPolicy(Command[SavedChecks]):
    """Change some of what a project or product line tells the checks; each save is a version."""

    ref: PolicyRef
    change: CheckPolicyChange
    expected: int | None = None

    @property
    def permission(self) -> Permission:
        """Return what the kind of place asks for."""
        return Activity.PROJECT_ADMIN if isinstance(self.ref, ProjectKey) else Activity.PRODUCT_ADMIN

    @property
    def place(self) -> Place:
        """Return the project or the line."""
        return _find_place(self.ref)

    def carry_out(self, work: Work) -> Done[SavedChecks]:
        """Save it and have open candidates examined again; raise Invalid, or ChangedMeanwhile."""
        before = view_check_policy(work, self.ref)
        if self.expected not in {None, before.number}:
            raise ChangedMeanwhile("check policy of", self.ref)
        override = apply_change(before.own, self.change)
        _check_channels(work, override.required_channels or ())
        version = CheckPolicyVersion(before.number + 1, override, work.now, work.actor.user)
        work.unit.check_policies.add(self.ref, version)
        after = view_check_policy(work, self.ref)
        refuse_faulty_checks(after.effective.policy)
        examined = examine_open_again(work, *_split_ref(self.ref))
        details = describe_changes(before.own, after.own, list_given(self.change))
        details |= {"version": after.effective.version, "examined_again": examined}
        return Done(SavedChecks(after, examined), "check-policy.saved", _find_subject(self.ref), details)


@dataclass(frozen=True, slots=True)
class ShowCheckPolicy(Query[CheckPolicyView]):
    """What the checks are told for a project or a product line."""

    ref: PolicyRef

    @property
    def place(self) -> Place:
        """Return the project or the line."""
        return _find_place(self.ref)

    def answer(self, work: Work) -> CheckPolicyView:
        """Return it; raise NotFound."""
        return view_check_policy(work, self.ref)


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """One saved version, with the name of whoever saved it."""

    version: CheckPolicyVersion
    saved_by_name: str


@dataclass(frozen=True, slots=True)
class ListCheckPolicies(Query[tuple[SavedVersion, ...]]):
    """Everything that was ever saved for a project or a product line."""

    ref: PolicyRef

    @property
    def place(self) -> Place:
        """Return the project or the line."""
        return _find_place(self.ref)

    def answer(self, work: Work) -> tuple[SavedVersion, ...]:
        """Return all versions, newest first; raise NotFound."""
        _require_place(work, self.ref)
        versions = work.unit.check_policies.list(self.ref)
        names = work.unit.people.find_names(frozenset(each.saved_by for each in versions if each.saved_by))
        return tuple(
            SavedVersion(each, names.get(each.saved_by, each.saved_by) if each.saved_by else "the operator")
            for each in versions
        )


def view_check_policy(work: Work, ref: PolicyRef) -> CheckPolicyView:
    """Return what the checks are told there; raise NotFound."""
    _require_place(work, ref)
    newest = work.unit.check_policies.find_newest(ref)
    default = work.around.foundation.default_checks
    above = compose_checks(default, None, None) if isinstance(ref, ProjectKey) else None
    inherited = above or find_check_policy(work, _split_ref(ref)[0])
    return CheckPolicyView(
        ref=ref,
        effective=find_check_policy(work, ref),
        own=newest.override if newest else INHERIT_CHECKS,
        inherited=inherited.policy,
        number=newest.number if newest else 0,
        permitted=work.permitted,
    )


def _check_channels(work: Work, required: tuple[ChannelKey, ...]) -> None:
    """Raise Invalid unless the channels are there; they stay until this is saved."""
    missing = set(required) - set(work.unit.channels.hold(required))
    if missing:
        raise Invalid.field("required_channels", f"There is no channel {', '.join(sorted(missing))}.")


def _split_ref(ref: PolicyRef) -> tuple[ProjectKey, ProductKey | None]:
    return (ref, None) if isinstance(ref, ProjectKey) else (ref.project, ref.product)


def _find_place(ref: PolicyRef) -> Place:
    return Place(*_split_ref(ref))


def _find_subject(ref: PolicyRef) -> Subject:
    kind = "check policy"
    return about_project(ref, kind) if isinstance(ref, ProjectKey) else about_product(ref, kind)


def _require_place(work: Work, ref: PolicyRef) -> None:
    """Raise NotFound when there is no such project or line."""
    find_project(work, _split_ref(ref)[0])
    if not isinstance(ref, ProjectKey):
        find_product(work, ref)
