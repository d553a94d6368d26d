# SPDX-License-Identifier: Apache-2.0
"""Opening a registry by the name of its platform."""

import importlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import cast

from atr.domain.errors import Invalid
from atr.domain.platform import PlatformKey, parse_platform
from atr.ports.platforms import Registry, Site

Connect = Callable[[Site], AbstractContextManager[Registry]]
"""Opens one platform at one site; connections end with the context."""


class PublicRegistries:
    """The platforms of a table of `module:name`, each spoken to over HTTP."""

    def __init__(self, table: Mapping[PlatformKey, str]) -> None:
        self._table = table

    def connect(self, platform: str, site: Site) -> AbstractContextManager[Registry]:
        """Open a registry by its platform's name; raise Invalid for an unknown one."""
        key = parse_platform(platform)
        if (place := self._table.get(key)) is None:
            raise Invalid.field("platform", f"This ATR does not speak with {key}.")
        return find_adapter(place)(site)


def find_adapter(place: str) -> Connect:
    """Import what a row of the table names."""
    module, _, name = place.partition(":")
    return cast("Connect", getattr(importlib.import_module(module), name))
