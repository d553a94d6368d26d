# SPDX-License-Identifier: Apache-2.0
"""A form that was sent without being signed in: what was typed waits on a page until it is sent again."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from litestar.types import Empty
from litestar.utils.scope.state import ScopeState

from atr.web.components import Fact
from atr.web.forms import list_typed
from atr.web.parts import WebRequest

_SECRET: Final = re.compile(r"secret|password|token|credential|code", re.IGNORECASE)
_LONGEST_SHOWN: Final = 400


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What is sent again to `action`; `shown` is what was typed, as far as it may stand on a screen."""

    action: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[Fact, ...]
    sign_in_path: str
    why: str


def keep_form(request: WebRequest, action: str, sign_in_path: str, why: str) -> KeptForm | None:
    """Return the form that the request sent; None when it sent none, or one with files."""
    found = ScopeState.from_scope(request.scope).form
    if request.method != "POST" or found is Empty or not isinstance(found, dict):
        return None
    named = list_typed(found)
    if not named or not all(map(_is_text, named.values())):
        return None
    fields = tuple(_list_fields(named))
    return KeptForm(action, fields, tuple(_list_shown(fields)), sign_in_path, why)


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )


def _list_fields(named: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in named.items():
        for each in value if isinstance(value, list) else [value]:
            yield name, str(each)


def _list_shown(fields: tuple[tuple[str, str], ...]) -> Iterator[Fact]:
    for name, value in fields:
        if value.strip() and not _SECRET.search(name) and name not in {"edition", "next", "base"}:
            short = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]} …"
            yield Fact(name.replace("_", " ").capitalize(), short)
