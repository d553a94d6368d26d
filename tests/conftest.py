# SPDX-License-Identifier: Apache-2.0
"""What holds for every test: how many run side by side, and that chance plays no part."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.support.database",
    "tests.support.door",
    "tests.support.house",
    "tests.support.terminal",
    "tests.support.tracing",
    "tests.support.website",
]

# Invented examples are the same in every run, and a slow machine is no failure.
settings.register_profile("atr", derandomize=True, deadline=None, database=None)
settings.load_profile("atr")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return the number of test processes: one a processor, and none of their own for a few named files."""
    names = [Path(argument.partition("::")[0]) for argument in config.args]
    return 0 if all(name.suffix == ".py" for name in names) else len(os.sched_getaffinity(0))


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end anyway: modules, and the tests themselves."""
    gc.collect()
    gc.freeze()
