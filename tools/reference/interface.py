# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI description, from an application that is made of nothing and never asked anything."""

import json
from datetime import UTC, datetime
from typing import NoReturn

from atr.services.door import Door
from atr.web.app import create_app
from atr.web.openapi import describe_api
from atr.web.parts import WebParts


class ClosedDoor(Door):
    """A door that nobody may use: only the description of the application is wanted."""

    def __init__(self) -> None:
        """Open nothing, so that whoever comes in finds no database behind it."""


def resolve_nobody(credential: object) -> NoReturn:
    """Refuse."""
    raise RuntimeError(f"{credential} belongs to nobody here.")


def render_interface() -> str:
    """Return the description as JSON, keys in order so that differences stay small."""
    parts = WebParts(
        door=ClosedDoor(),
        resolve_credential=resolve_nobody,
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        public_url="https://atr.example",
        foundation="The Foundation",
        csrf_secret="0" * 32,
    )
    return json.dumps(
        describe_api(create_app(parts)).to_schema(), indent=1, sort_keys=True, ensure_ascii=False
    )
