# SPDX-License-Identifier: Apache-2.0
"""How the time for something grows with its size: a ratio, so that it holds on every machine."""

from collections.abc import Callable
from time import process_time

from tests.support.tracing import untraced

TIMES_LARGER = 4
LINEAR = 10.0  # linear work takes 4 times as long for 4 times the size, quadratic work 16 times
_NEGLIGIBLE_SECONDS = 0.1


def measure_growth(act: Callable[[int], object], size: int) -> float:
    """Return how many times longer four times the size takes; 1 when even that takes next to nothing."""
    large = _measure(act, TIMES_LARGER * size)
    if large < _NEGLIGIBLE_SECONDS:
        return 1.0
    return min(large, _measure(act, TIMES_LARGER * size)) / max(_measure(act, size), 1e-3)


def _measure(act: Callable[[int], object], size: int) -> float:
    with untraced():
        begun = process_time()
        act(size)
        return process_time() - begun
