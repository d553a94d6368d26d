# SPDX-License-Identifier: Apache-2.0
"""Vote policies: saved as versions, so that each vote can name the one it ran under."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from atr.domain.event import describe_changes
from atr.domain.keep import list_given
from atr.domain.names import ProductRef, ProjectKey, UserId
from atr.domain.permissions import Activity, Permission
from atr.domain.policy import (
    INHERIT_ALL,
    EffectivePolicy,
    PolicyChange,
    PolicyLevel,
    PolicyOverride,
    PolicyVersion,
    VotePolicy,
)
from atr.domain.project import ProductLine, Project, find_policy, trace_policy
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.policy_changes import change_line_policy, change_project_policy
from atr.services.products import about_product, find_product
from atr.services.projects import about_project, find_project

PolicyRef = ProjectKey | ProductRef


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy in force and who set each field, what is set here, and what would hold if nothing were."""

    ref: PolicyRef
    effective: EffectivePolicy
    levels: Mapping[str, PolicyLevel]
    own: PolicyOverride
    inherited: VotePolicy
    edition: int
    permitted: frozenset[Activity]


@dataclass(frozen=True, slots=True)
class SetPolicy(Command[PolicyView]):
    """Change some fields of a project's policy or of a product line's override; each save is a version."""

    ref: PolicyRef
    change: PolicyChange
    expected: int | None = None

    @property
    def permission(self) -> Permission:
        """Return what the kind of place asks for."""
        return Activity.PROJECT_ADMIN if isinstance(self.ref, ProjectKey) else Activity.PRODUCT_ADMIN

    @property
    def place(self) -> Place:
        """Return the project or the line."""
        return _find_place(self.ref)

    def carry_out(self, work: Work) -> Done[PolicyView]:
        """Save the policy; raise Invalid for what the foundation does not allow, or ChangedMeanwhile."""
        project, line = _find_holder(work, self.ref, self.expected)
        if line is None:
            old, about = project.policy, about_project(project.key, "policy")
            project = work.unit.projects.save(change_project_policy(work, project, self.change))
        else:
            old, about = line.policy, about_product(line.ref, "policy")
            line = work.unit.products.save(change_line_policy(work, project, line, self.change))
        view = view_policy(work, project, line)
        details = describe_changes(old, view.own, list_given(self.change))
        details["version"] = view.effective.version
        return Done(view, "policy.saved", about, details)


@dataclass(frozen=True, slots=True)
class ShowPolicy(Query[PolicyView]):
    """The policy in force for a project or a product line."""

    ref: PolicyRef

    @property
    def place(self) -> Place:
        """Return the project or the line."""
        return _find_place(self.ref)

    def answer(self, work: Work) -> PolicyView:
        """Return the policy; raise NotFound."""
        return view_policy(work, *_find_holder(work, self.ref, None))


@dataclass(frozen=True, slots=True)
class VersionView:
    """One saved version, with the name of whoever saved it."""

    version: PolicyVersion
    saved_by_name: str


@dataclass(frozen=True, slots=True)
class ListPolicyVersions(Query[tuple[VersionView, ...]]):
    """Every policy ever saved for a project or a product line."""

    ref: PolicyRef

    @property
    def place(self) -> Place:
        """Return the project or the line."""
        return _find_place(self.ref)

    def answer(self, work: Work) -> tuple[VersionView, ...]:
        """Return all versions, newest first; raise NotFound."""
        _find_holder(work, self.ref, None)
        versions = work.unit.projects.list_policy_versions(self.ref)
        names = work.unit.people.find_names(frozenset(each.saved_by for each in versions if each.saved_by))
        return tuple(VersionView(each, _name_saver(each.saved_by, names)) for each in versions)


def _name_saver(user: UserId | None, names: dict[UserId, str]) -> str:
    return "the operator" if user is None else names.get(user, user)


def _find_place(ref: PolicyRef) -> Place:
    return Place(ref) if isinstance(ref, ProjectKey) else Place.of_line(ref)


def _find_holder(work: Work, ref: PolicyRef, expected: int | None) -> tuple[Project, ProductLine | None]:
    if isinstance(ref, ProjectKey):
        return find_project(work, ref, expected), None
    return find_project(work, ref.project), find_product(work, ref, expected)


def view_policy(work: Work, project: Project, line: ProductLine | None) -> PolicyView:
    """Return the policy in force for the line, or for the project as a whole."""
    default = work.around.foundation.default_policy
    bare_project = project if line else replace(project, policy=INHERIT_ALL)
    bare_line = replace(line, policy=INHERIT_ALL) if line else None
    return PolicyView(
        ref=line.ref if line else project.key,
        effective=find_policy(project, line, default),
        levels=trace_policy(project, line),
        own=line.policy if line else project.policy,
        inherited=find_policy(bare_project, bare_line, default).policy,
        edition=line.edition if line else project.edition,
        permitted=work.permitted,
    )
