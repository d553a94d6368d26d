# SPDX-License-Identifier: Apache-2.0
"""How long a transfer that was cut off is taken up again."""

import time

import httpx2

from atr.client.failures import Unreachable
from atr.client.http import TryAgain

LOST_CONNECTION = (httpx2.TransportError, TryAgain)
MOST_FAILURES = 6
_FIRST_WAIT_SECONDS = 0.2


class Patience:
    """Counts failures in a row, and waits twice as long after each of them: 13 seconds in all."""

    def __init__(self) -> None:
        self._failures = 0

    def renew(self) -> None:
        """Forget the failures, because there was progress."""
        self._failures = 0

    def wait(self, error: Exception) -> None:
        """Wait before the next attempt; raise Unreachable when there were too many."""
        self._failures += 1
        if self._failures > MOST_FAILURES:
            raise Unreachable(f"The transfer was cut off {self._failures} times in a row ({error}).")
        time.sleep(_FIRST_WAIT_SECONDS * 2 ** (self._failures - 1))
