# SPDX-License-Identifier: Apache-2.0
"""A store on disk."""

from pathlib import Path

import pytest

from atr.storage.places import Storage, open_storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(f"file://{tmp_path}/store", {}, tmp_path / "store" / "incoming")
