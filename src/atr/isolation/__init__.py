# SPDX-License-Identifier: Apache-2.0
"""Taking rights away from the own process, as far as the kernel can; nothing gives them back."""

from atr.isolation.confinement import Confinement, ConfinementState, confine_process, describe_confinement
from atr.isolation.landlock import READ, READ_AND_RUN, WRITE, FolderRights
from atr.isolation.limits import ResourceLimits
from atr.isolation.seccomp import Profile

__all__ = [
    "READ",
    "READ_AND_RUN",
    "WRITE",
    "Confinement",
    "ConfinementState",
    "FolderRights",
    "Profile",
    "ResourceLimits",
    "confine_process",
    "describe_confinement",
]
