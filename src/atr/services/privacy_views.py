# SPDX-License-Identifier: Apache-2.0
"""The privacy page: made of what the columns declare and of the settings that the upkeep obeys."""

import hashlib
from dataclasses import dataclass
from itertools import groupby

from atr.domain.personal_data import DataCategory, Kept, Periods, PersonalColumn, say_retention
from atr.domain.privacy import Notice
from atr.services.deadlines import REPLIES_ARE_KEPT
from atr.services.door import Query, Work
from atr.services.surroundings import Foundation
from atr.services.visitors import find_notice


@dataclass(frozen=True, slots=True)
class DataUse:
    """Columns of one kind that are kept for the same purpose and time."""

    purpose: str
    kept: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataGroup:
    """All that is kept of one kind."""

    category: DataCategory
    uses: tuple[DataUse, ...]


@dataclass(frozen=True, slots=True)
class PrivacyView:
    """Everything on the page; its version follows from its words."""

    foundation: Foundation
    notice: Notice
    groups: tuple[DataGroup, ...]

    @property
    def version(self) -> str:
        """Return the name of this state of the page."""
        said = [*self.notice.lines, *(repr(group) for group in self.groups)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ShowPrivacy(Query[PrivacyView]):
    """What is kept about people, why, and how long."""

    def answer(self, work: Work) -> PrivacyView:
        """Return it."""
        facts = work.around.foundation
        periods = Periods(facts.retention, REPLIES_ARE_KEPT, facts.session_idle, facts.session_absolute)
        groups = tuple(
            DataGroup(category, uses)
            for category in DataCategory
            if (uses := _list_uses(work, category, periods))
        )
        return PrivacyView(facts, find_notice(work), groups)


def _list_uses(work: Work, category: DataCategory, periods: Periods) -> tuple[DataUse, ...]:
    def say(column: PersonalColumn) -> tuple[int, str, str]:
        personal = column.personal
        return list(Kept).index(personal.kept), say_retention(personal.kept, periods), personal.purpose

    found = sorted(
        (each for each in work.around.personal_columns if each.personal.category is category), key=say
    )
    return tuple(
        DataUse(purpose, kept, tuple(f"{each.table}.{each.column}" for each in columns))
        for (_, kept, purpose), columns in groupby(found, key=say)
    )
