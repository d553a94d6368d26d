# SPDX-License-Identifier: Apache-2.0
"""The release that every test of the checks begins with."""

from pathlib import Path

import pytest

from tests.unit.checks.examination import Release


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Return a release that has only a good source artifact."""
    started = Release(tmp_path)
    started.add_source()
    return started
