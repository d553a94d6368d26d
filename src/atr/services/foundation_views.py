# SPDX-License-Identifier: Apache-2.0
"""The foundation itself: its rules and limits, and what the asker may do in it."""

from dataclasses import dataclass
from typing import ClassVar

from atr.domain.permissions import Activity, Permission
from atr.services.door import Query, Work
from atr.services.surroundings import Foundation


@dataclass(frozen=True, slots=True)
class FoundationView:
    """The facts of the foundation; `permitted` is what the asker may do in it as a whole."""

    foundation: Foundation
    permitted: frozenset[Activity]

    @property
    def may_found(self) -> bool:
        """Tell whether the asker may found projects."""
        return Activity.PROJECT_ADMIN in self.permitted


@dataclass(frozen=True, slots=True)
class ShowFoundation(Query[FoundationView]):
    """What holds in the whole foundation."""

    def answer(self, work: Work) -> FoundationView:
        """Return it."""
        return FoundationView(work.around.foundation, work.permitted)


@dataclass(frozen=True, slots=True)
class CheckFounding(Query[None]):
    """Whether the asker may found projects; raises NotSignedIn or Denied when not."""

    permission: ClassVar[Permission] = Activity.PROJECT_ADMIN

    def answer(self, work: Work) -> None:
        """Say nothing: the door has looked."""
