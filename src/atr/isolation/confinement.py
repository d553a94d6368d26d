# SPDX-License-Identifier: Apache-2.0
"""Giving up rights layer by layer, each one for itself enough to stop most of what could go wrong."""

import sys
from dataclasses import dataclass, field

from atr.isolation.kernel import IS_LINUX, forbid_new_privileges, has_seccomp, name_architecture
from atr.isolation.landlock import FolderRights, find_abi, restrict_access
from atr.isolation.limits import ResourceLimits, limit_resources, measure_memory
from atr.isolation.seccomp import Profile, build_filter, find_architecture, install_filter


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a process keeps: limits, folders it may still open, and the kind of system calls."""

    limits: ResourceLimits = field(default_factory=ResourceLimits)
    folders: tuple[FolderRights, ...] = ()
    profile: Profile = Profile.COMPUTING


@dataclass(frozen=True, slots=True)
class ConfinementState:
    """Which layers this system has; `landlock` is its version, 0 for none."""

    limits: bool
    landlock: int
    seccomp: bool

    @property
    def is_complete(self) -> bool:
        """Tell whether neither files nor the network nor other processes are within reach."""
        return self.limits and self.landlock > 0 and self.seccomp

    def __str__(self) -> str:
        """Return the layers as one line for people."""
        layers = {
            "resource limits": self.limits,
            f"Landlock {self.landlock or ''}".strip(): self.landlock > 0,
            "seccomp": self.seccomp,
        }
        present = [name for name, there in layers.items() if there]
        missing = [name for name, there in layers.items() if not there]
        absent = f"; not on this system: {', '.join(missing)}" if missing else ""
        return f"{', '.join(present) or 'a process of its own'}{absent}"


def describe_confinement() -> ConfinementState:
    """Say which layers this system has, without taking any of them."""
    knows_calls = IS_LINUX and find_architecture(name_architecture()) is not None
    return ConfinementState(sys.platform != "win32", find_abi(), knows_calls and has_seccomp())


def confine_process(confinement: Confinement, state: ConfinementState | None = None) -> None:
    """Give up, for good, what the confinement does not leave.

    A layer that the system does not have is left out; raise OSError when one that it has cannot be taken.
    """
    state = state or describe_confinement()
    used = measure_memory()
    if IS_LINUX:
        forbid_new_privileges()
    if state.landlock:
        restrict_access(state.landlock, confinement.folders, network=confinement.profile is Profile.NETWORK)
    limit_resources(confinement.limits, used)
    architecture = find_architecture(name_architecture())
    if state.seccomp and architecture is not None:
        install_filter(build_filter(architecture, confinement.profile))
