# SPDX-License-Identifier: Apache-2.0
"""Ranges of versions as people write them: `>=1.2 <2`, `1.*`, `!=1.3`; compared in a product line's order."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Self

from atr.domain.errors import Invalid
from atr.domain.names import Version
from atr.domain.versions import VersionOrder, VersionRank, fits_order, rank_version

LONGEST_RANGE = 100
_PART = re.compile(r"(>=|<=|==|!=|>|<|=)?\s*(v?[0-9*?][0-9A-Za-z.*?_+~-]*)")
_COMPARE: Mapping[str, Callable[[VersionRank, VersionRank], bool]] = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
)
_HINT = "Write a range such as '>=1.2 <2', or a pattern such as '1.*'."


@dataclass(frozen=True, slots=True)
class _Part:
    sign: str
    text: str

    def holds(self, version: Version, order: VersionOrder) -> bool:
        """Compare by the line's order; a version that does not fit it is in no range."""
        if self.sign in {"==", "!="}:
            return self._equals(version, order) is (self.sign == "==")
        bound = Version(self.text)
        if not (fits_order(version, order) and fits_order(bound, order)):
            return False
        return _COMPARE[self.sign](rank_version(version, order), rank_version(bound, order))

    def _equals(self, version: Version, order: VersionOrder) -> bool:
        if _is_pattern(self.text):
            return fnmatchcase(version, self.text)
        bound = Version(self.text)
        if not (fits_order(version, order) and fits_order(bound, order)):
            return version == bound
        return rank_version(version, order) == rank_version(bound, order)


@dataclass(frozen=True, slots=True)
class VersionRange:
    """Versions for which all parts hold; the empty range holds every version."""

    text: str
    parts: tuple[_Part, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a range; raise Invalid when it is none."""
        plain = text.strip()
        if len(plain) > LONGEST_RANGE:
            raise Invalid.field("versions", f"Keep the range within {LONGEST_RANGE} characters.")
        parts, position = [], 0
        while position < len(plain):
            found = _PART.match(plain, position)
            if found is None:
                raise Invalid.field("versions", f"{plain!r} is no range of versions. {_HINT}")
            parts.append(_read_part(found[1] or "==", found[2]))
            position = _skip_gap(plain, found.end())
        return cls(plain, tuple(parts))

    def holds(self, version: Version, order: VersionOrder) -> bool:
        """Tell whether the version is in the range."""
        return all(part.holds(version, order) for part in self.parts)


ANY_VERSION = VersionRange("")


def _read_part(sign: str, text: str) -> _Part:
    sign = "==" if sign == "=" else sign
    if _is_pattern(text):
        if sign in _COMPARE:
            raise Invalid.field("versions", f"{sign}{text} compares with a pattern. {_HINT}")
        return _Part(sign, text)
    version = Version(text)
    if sign in _COMPARE and not any(fits_order(version, order) for order in VersionOrder):
        raise Invalid.field("versions", f"{text} has no place in an order of versions. {_HINT}")
    return _Part(sign, text)


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text


def _skip_gap(text: str, position: int) -> int:
    while position < len(text) and text[position] in " ,\t":
        position += 1
    return position
