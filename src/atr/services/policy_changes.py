# SPDX-License-Identifier: Apache-2.0
"""Laying a change over a policy and keeping it as a version; whoever holds the policy is saved afterwards."""

from dataclasses import replace

from atr.domain.keep import apply_change
from atr.domain.policy import PolicyChange, PolicyVersion, check_policy
from atr.domain.project import ProductLine, Project, find_policy
from atr.services.door import Work


def change_project_policy(work: Work, project: Project, change: PolicyChange) -> Project:
    """Return the project under its changed policy; raise Invalid for what the foundation does not allow."""
    override, number = apply_change(project.policy, change), project.policy_version + 1
    changed = replace(project, policy=override, policy_version=number)
    _check_effective(work, changed, None)
    version = PolicyVersion(number, override, work.now, work.actor.user)
    work.unit.projects.add_policy_version(project.key, version)
    return changed


def change_line_policy(work: Work, project: Project, line: ProductLine, change: PolicyChange) -> ProductLine:
    """Return the line under its changed override; raise Invalid for what the foundation does not allow."""
    override, number = apply_change(line.policy, change), line.policy_version + 1
    changed = replace(line, policy=override, policy_version=number)
    _check_effective(work, project, changed)
    version = PolicyVersion(number, override, work.now, work.actor.user)
    work.unit.projects.add_policy_version(line.ref, version)
    return changed


def _check_effective(work: Work, project: Project, line: ProductLine | None) -> None:
    floor = work.around.foundation.default_policy
    check_policy(find_policy(project, line, floor).policy, floor, podling=project.is_podling)
