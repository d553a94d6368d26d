# SPDX-License-Identifier: Apache-2.0
"""How long fuzzing takes: a little in every run of the tests, long by `make fuzz`."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "long",
    max_examples=20_000,
    deadline=None,
    database=None,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)
