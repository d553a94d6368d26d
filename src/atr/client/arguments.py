# SPDX-License-Identifier: Apache-2.0
"""What people write on the command line, parsed once; wrong writing ends the program with exit code 2."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click

from atr.domain.errors import Invalid
from atr.domain.names import (
    FilePath,
    Fingerprint,
    ProductKey,
    ProductRef,
    ProjectKey,
    ReleaseKey,
    Version,
)
from atr.schema.wire import format_time

T = TypeVar("T")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[mhdw])")


class Parsed(click.ParamType[T, str]):
    """A parameter that a function reads from text, raising Invalid for what it cannot read."""

    def __init__(self, name: str, parse: Callable[[str], T]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """Return what the text means; end with a usage error when it means nothing."""
        try:
            return self._parse(value)
        except Invalid as error:
            self.fail(" ".join(error.reasons), param, ctx)


def parse_moment(text: str) -> datetime:
    """Read `2026-11-21T12:00:00Z`, `2026-11-21` (both UTC unless they say otherwise), or `12h` (ago)."""
    ago = _AGO.fullmatch(text)
    if ago:
        return datetime.now(UTC) - timedelta(**{_UNITS[ago["unit"]]: int(ago["number"])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.field(
            "time", f"{text!r} is not a time: write 2026-11-21, 2026-11-21T12:00:00Z, or 3d for 3 days ago."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _write_moment(text: str) -> str:
    return format_time(parse_moment(text))


RELEASE = Parsed("release", ReleaseKey.parse)
PROJECT = Parsed("project", ProjectKey)
PRODUCT = Parsed("product", ProductKey)
LINE = Parsed("line", ProductRef.parse)
VERSION = Parsed("version", Version)
FINGERPRINT = Parsed("fingerprint", Fingerprint.parse)
FILE_PATH = Parsed("path", FilePath)
MOMENT = Parsed("time", _write_moment)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

release_argument = click.argument("release", type=RELEASE, metavar="RELEASE")
project_argument = click.argument("project", type=PROJECT, metavar="PROJECT")
