# SPDX-License-Identifier: Apache-2.0
"""The types a setting can have: how each is called, read from text or TOML, and shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from atr.config.secret import Secret
from atr.domain.errors import Invalid
from atr.domain.names import MailAddress
from atr.domain.people import Role
from atr.domain.source import read_prefix

_DURATION = re.compile(r"(\d{1,9})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SIZE = re.compile(r"(\d{1,15})\s*(?:([KMGT])i?B?|B)?", re.IGNORECASE)
_FACTORS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

DEFAULT_ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.PMC_MEMBER: "PMC member",
        Role.RELEASE_MANAGER: "Release manager",
        Role.COMMITTER: "Committer",
        Role.VISITOR: "Visitor",
        Role.FOUNDATION_MEMBER: "Foundation member",
        Role.SYSADMIN: "Sysadmin",
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of setting; `read` raises ValueError with what would be right."""

    name: str
    read: Callable[[object], object]
    secret: bool = False


def _read_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text")
    return value.strip()


def _read_number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a whole number; K, M, G and T multiply by powers of 1024")
    return int(found[1]) * _FACTORS[(found[2] or "").upper()]


def _read_truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    try:
        return _TRUTHS[str(value).strip().lower()]
    except KeyError:
        raise ValueError("yes or no") from None


def _read_duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a duration such as 90s, 15m, 8h or 7d")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _read_path(value: object) -> Path:
    return (value if isinstance(value, Path) else Path(_read_text(value))).expanduser()


def _read_labels(value: object) -> Mapping[Role, str]:
    pairs = value.items() if isinstance(value, Mapping) else _split_pairs(_read_text(value))
    try:
        labels = {Role(str(role).strip()): _read_text(label) for role, label in pairs}
    except ValueError:
        raise ValueError(f"role=label pairs; the roles are {', '.join(Role)}") from None
    return MappingProxyType({**DEFAULT_ROLE_LABELS, **labels})


def _read_addresses(value: object) -> tuple[MailAddress, ...]:
    texts = value if isinstance(value, list) else _read_text(value).split(",")
    try:
        return tuple(MailAddress(_read_text(text)) for text in texts)
    except (Invalid, ValueError):
        raise ValueError("mail addresses, name@host, with commas between them") from None


def _read_repositories(value: object) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else _read_text(value).split(",")
    try:
        return tuple(read_prefix(_read_text(text)) for text in texts)
    except (Invalid, ValueError):
        raise ValueError("addresses of repositories, https://host/path, with commas between them") from None


def _split_pairs(text: str) -> list[tuple[str, str]]:
    pairs = [part.partition("=") for part in text.split(",")]
    return [(role, label) for role, _, label in pairs]


TEXT = Kind("text", _read_text)
NUMBER = Kind("number", _read_number)
TRUTH = Kind("yes or no", _read_truth)
DURATION = Kind("duration", _read_duration)
PATH = Kind("path", _read_path)
ADDRESSES = Kind("texts", _read_addresses)
REPOSITORIES = Kind("texts", _read_repositories)
LABELS = Kind("table", _read_labels)
SECRET = Kind("text", lambda value: Secret(_read_text(value)), secret=True)


def show_value(value: object) -> str:
    """Return a value as it is written in the settings file, without quotes."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return _show_duration(value)
        case tuple():
            return ", ".join(value)
        case Mapping():
            return ", ".join(f"{key}={label}" for key, label in value.items())
        case _:
            return str(value)


def _show_duration(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    letters = (letter for letter in "dhm" if seconds and seconds % _SECONDS[letter] == 0)
    letter = next(letters, "s")
    return f"{seconds // _SECONDS[letter]}{letter}"
