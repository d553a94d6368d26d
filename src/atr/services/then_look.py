# SPDX-License-Identifier: Apache-2.0
"""A command answered with everything around its result, as it is in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from atr.domain.permissions import Permission
from atr.services.door import Command, Done, Place, Work

R = TypeVar("R")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class ThenLook(Command[V], Generic[R, V]):
    """Another command, after which `look` shows what became of it."""

    command: Command[R]
    look: Callable[[Work, R], V]

    @property
    def permission(self) -> Permission:
        """Return what the command needs."""
        return self.command.permission

    @property
    def is_grave(self) -> bool:
        """Tell whether the command needs a fresh sign-in."""
        return self.command.is_grave

    @property
    def place(self) -> Place:
        """Return where the command acts."""
        return self.command.place

    def carry_out(self, work: Work) -> Done[V]:
        """Carry it out and look."""
        done = self.command.carry_out(work)
        return Done(self.look(work, done.result), done.event, done.subject, done.details)
