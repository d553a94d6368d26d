# SPDX-License-Identifier: Apache-2.0
"""How often strangers may ask for a ballot: windows that slide, counted over keyed hashes only."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from atr.domain.errors import TooMany


class Counted(StrEnum):
    """What is counted together."""

    NETWORK = "network"
    CONTACT = "contact"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many requests in any stretch of this length."""

    most: int
    length: timedelta


@dataclass(frozen=True, slots=True)
class VisitorLimits:
    """The windows of visitors' requests: of one network, for one address, and in one round."""

    network: Window = Window(10, timedelta(hours=1))
    contact: Window = Window(3, timedelta(hours=1))
    round: Window = Window(500, timedelta(hours=1))

    def find_window(self, counted: Counted) -> Window:
        """Return the window of what is counted."""
        windows = {Counted.NETWORK: self.network, Counted.CONTACT: self.contact, Counted.ROUND: self.round}
        return windows[counted]


def require_room(window: Window, attempts: Iterable[datetime], now: datetime) -> None:
    """Raise TooMany when the window is full; the moments of earlier attempts come in any order."""
    inside = sorted(moment for moment in attempts if moment > now - window.length)
    if len(inside) < window.most:
        return
    opens_at = inside[-window.most] + window.length
    seconds = max(1, math.ceil((opens_at - now).total_seconds()))
    raise TooMany(
        f"Too many requests for a ballot came: try again in {math.ceil(seconds / 60)} minutes.", seconds
    )
