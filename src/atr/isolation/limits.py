# SPDX-License-Identifier: Apache-2.0
"""How much of the machine a process may use (setrlimit(2))."""

import sys
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource

_UNLIMITED = 1 << 62
_CPU_GRACE_SECONDS = 5  # between the signal that can be handled and the one that cannot


@dataclass(frozen=True, slots=True)
class ResourceLimits:
    """The most that a process may use; None leaves a limit as it is.

    `memory` is in bytes and counts what the process takes on top of what it has already; it holds for private
    writable memory (RLIMIT_DATA, which libraries mapped from files do not count for) and, four times as
    much, for address space. `processes` counts all processes of the user, so 0 means: no more from here on.
    """

    memory: int | None = None
    cpu_seconds: int | None = None
    file_bytes: int | None = 0
    open_files: int | None = None
    processes: int | None = 0


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Bytes of private writable memory, and of address space."""

    data: int
    addresses: int


if sys.platform == "win32":

    def measure_memory() -> MemoryUse | None:
        """Return None: Windows has no such limits."""
        return None

    def limit_resources(limits: ResourceLimits, used: MemoryUse | None) -> None:
        """Do nothing: Windows has no such limits."""
        del limits, used

else:

    def limit_resources(limits: ResourceLimits, used: MemoryUse | None) -> None:
        """Take the limits; none of them can be raised again. Raise OSError where the system refuses.

        `used` is what `measure_memory` returned before files went out of reach.
        """
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
        _lower(resource.RLIMIT_NOFILE, limits.open_files)
        _lower(resource.RLIMIT_NPROC, limits.processes)
        if limits.cpu_seconds is not None:
            _lower(resource.RLIMIT_CPU, limits.cpu_seconds, _CPU_GRACE_SECONDS)
        if limits.memory is not None and used is not None:
            _lower(resource.RLIMIT_DATA, used.data + limits.memory)
            _lower(resource.RLIMIT_AS, used.addresses + 4 * limits.memory)

    def _lower(kind: int, limit: int | None, grace: int = 0) -> None:
        """Set both limits, the soft and the hard one; neither becomes higher than it is."""
        if limit is not None:
            soft, hard = (
                _UNLIMITED if each == resource.RLIM_INFINITY else each for each in resource.getrlimit(kind)
            )
            resource.setrlimit(kind, (min(limit, soft), min(limit + grace, hard)))

    def measure_memory() -> MemoryUse | None:
        """Return what the process has now; None where there is no /proc to say so."""
        if sys.platform != "linux":
            return None
        lines = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace").splitlines()
        words = (line.split() for line in lines if line.startswith("Vm"))
        used = {each[0]: int(each[1]) * 1024 for each in words}
        return MemoryUse(used["VmData:"], used["VmSize:"])
