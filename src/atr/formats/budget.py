# SPDX-License-Identifier: Apache-2.0
"""What reading one file may cost, nested archives included; what was spent is never given back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from atr.formats.member import Defect, DefectKind, Unreadable

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may cost: sizes in bytes, time in seconds."""

    total_bytes: int = 4 * 1024 * MEBIBYTE
    members: int = 500_000
    member_bytes: int = 4 * 1024 * MEBIBYTE
    depth: int = 3
    ratio: int = 200
    ratio_floor: int = 64 * MEBIBYTE  # below this a high ratio harms nobody
    path_bytes: int = 4096
    seconds: float = 600.0
    nested_zip_bytes: int = 32 * MEBIBYTE  # a nested zip is held in memory to be read
    header_bytes: int = MEBIBYTE  # one PAX header or GNU long name


class Budget:
    """Counts what one file costs; raises Unreadable at the first limit; there is no way to start again."""

    __slots__ = ("_bytes", "_clock", "_ends_at", "_input", "_members", "is_exhausted", "limits")

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        """Begin counting; `clock` returns monotonic seconds."""
        self.limits = limits
        self._clock = clock
        self._ends_at = clock() + limits.seconds
        self._bytes = 0
        self._members = 0
        self._input = 0
        self.is_exhausted = False

    @property
    def bytes_spent(self) -> int:
        """Return how many bytes came out of decompression and nested files so far."""
        return self._bytes

    def feed_input(self, count: int) -> None:
        """Count compressed bytes; the ratio is measured against all of them."""
        self._input += count
        if self._clock() > self._ends_at:  # streams that hold nothing take time, too
            self._stop(f"reading it takes more than {self.limits.seconds:g} seconds")

    def spend_bytes(self, count: int) -> None:
        """Count decompressed bytes."""
        self._bytes += count
        if self._bytes > self.limits.total_bytes:
            self._stop(f"it holds more than {self.limits.total_bytes} bytes")
        if self._bytes > self.limits.ratio_floor and self._bytes > self._input * self.limits.ratio:
            self._stop(f"it unpacks to more than {self.limits.ratio} times its size")
        if self._clock() > self._ends_at:
            self._stop(f"reading it takes more than {self.limits.seconds:g} seconds")

    def spend_member(self, path: str, size: int) -> None:
        """Count one member with the size that its header claims."""
        self._members += 1
        if self._members > self.limits.members:
            self.refuse_members()
        if self._members % 1024 == 0 and self._clock() > self._ends_at:
            self._stop(f"reading it takes more than {self.limits.seconds:g} seconds")
        if size > self.limits.member_bytes:
            self._stop(f"a member claims {size} bytes, the limit is {self.limits.member_bytes}", path)
        if len(path) > self.limits.path_bytes:
            self._stop(f"a path has more than {self.limits.path_bytes} characters", path[:200])

    def refuse_members(self) -> None:
        """Refuse an archive that says of itself that it has too many members."""
        self._stop(f"it has more than {self.limits.members} members")

    def _stop(self, reason: str, member: str | None = None) -> NoReturn:
        self.is_exhausted = True
        raise Unreadable(Defect(DefectKind.OVER_BUDGET, f"Reading stopped: {reason}.", member))
