# SPDX-License-Identifier: Apache-2.0
"""What the checks are told for a project or product line."""

from atr.domain.check_policy import EffectiveChecks, compose_checks
from atr.domain.names import ProductRef, ProjectKey
from atr.services.door import Work


def find_check_policy(work: Work, ref: ProjectKey | ProductRef) -> EffectiveChecks:
    """Return the policy in force: the foundation's, the project's and the line's, field by field."""
    policies, default = work.unit.check_policies, work.around.foundation.default_checks
    if isinstance(ref, ProjectKey):
        return compose_checks(default, policies.find_newest(ref), None)
    return compose_checks(default, policies.find_newest(ref.project), policies.find_newest(ref))
