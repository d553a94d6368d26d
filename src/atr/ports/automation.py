# SPDX-License-Identifier: Apache-2.0
"""Having somebody else's machine do a step, such as a workflow of a repository."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from atr.domain.errors import Unavailable
from atr.ports.platforms import Site


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What is to be done: names and values that the machine at the endpoint understands, and nothing secret.

    `id` is the same however often the order is given, so that its receiver can tell a repetition.
    """

    id: str
    endpoint: str
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: tuple[Mapping[str, str], ...] = ()


class Automation(Protocol):
    """Endpoints that take orders; what came of one is seen at the registry, never believed."""

    def give_order(self, order: WorkOrder, site: Site) -> str:
        """Give the order once and return what was answered, in a line; raise what registries raise."""


class NoAutomation:
    """None at all."""

    def give_order(self, order: WorkOrder, site: Site) -> str:
        """Raise Unavailable."""
        del site
        raise Unavailable(f"This ATR gives no orders to {order.endpoint}.")
