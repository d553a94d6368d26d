# SPDX-License-Identifier: Apache-2.0
"""What projects and product lines tell the checks, every version of it."""

from typing import Protocol

from atr.domain.check_policy import CheckPolicyVersion
from atr.domain.names import ProductRef, ProjectKey


class CheckPolicies(Protocol):
    """Check policies; the newest version of a place is the one in force."""

    def find_newest(self, ref: ProjectKey | ProductRef) -> CheckPolicyVersion | None:
        """Return what was saved last for the project or the line."""

    def list(self, ref: ProjectKey | ProductRef) -> tuple[CheckPolicyVersion, ...]:
        """Return all saved versions, newest first."""

    def add(self, ref: ProjectKey | ProductRef, version: CheckPolicyVersion) -> None:
        """Keep a saved policy for ever; raise Conflict when the number is taken."""
