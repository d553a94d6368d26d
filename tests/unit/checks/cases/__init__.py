# SPDX-License-Identifier: Apache-2.0
"""Fixtures of every rule, for and against; one module per check."""

from tests.unit.checks.cases import (
    binary_cases,
    checksum_cases,
    comparison_cases,
    failure_cases,
    header_cases,
    integrity_cases,
    layout_cases,
    licence_cases,
    name_cases,
    rat_cases,
    secret_cases,
    signature_cases,
    third_party_cases,
)
from tests.unit.checks.cases.case import Case

ALL_CASES: tuple[Case, ...] = (
    *name_cases.CASES,
    *checksum_cases.CASES,
    *signature_cases.CASES,
    *integrity_cases.CASES,
    *layout_cases.CASES,
    *failure_cases.CASES,
    *comparison_cases.CASES,
    *header_cases.CASES,
    *binary_cases.CASES,
    *rat_cases.CASES,
    *secret_cases.CASES,
    *licence_cases.CASES,
    *third_party_cases.CASES,
)
