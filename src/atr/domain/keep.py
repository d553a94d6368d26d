# SPDX-License-Identifier: Apache-2.0
"""Changes of some fields only: a field that was not given stays as it is, even where None means something."""

from dataclasses import Field, fields, replace
from enum import Enum
from typing import ClassVar, Protocol, TypeVar


class HasFields(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


T = TypeVar("T", bound=HasFields)


class Keep(Enum):
    """Stands in a change where nothing was given."""

    KEEP = "keep"


KEEP = Keep.KEEP


def list_given(change: HasFields) -> tuple[str, ...]:
    """Return the names of the fields that were given, in order."""
    return tuple(each.name for each in fields(change) if getattr(change, each.name) is not KEEP)


def apply_change(old: T, change: HasFields) -> T:
    """Return the old value with the given fields replaced; both have fields of the same names."""
    return replace(old, **{name: getattr(change, name) for name in list_given(change)})
