# SPDX-License-Identifier: Apache-2.0
"""Having coverage look away from tests of sheer volume."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def untraced() -> Iterator[None]:
    """Note no lines of this thread, nor of programs it starts.

    The millionth time a line runs proves nothing new, and noting it more than doubles the time.
    """
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
            yield
    finally:
        sys.settrace(tracer)


@pytest.fixture
def volume() -> Iterator[None]:
    """Have coverage look away from this test, whose lines others run too."""
    with untraced():
        yield
