# SPDX-License-Identifier: Apache-2.0
"""Fixtures of every rule, for and against; one module per check."""

from tests.unit.checks.cases.case import Case

ALL_CASES: tuple[Case, ...] = ()
