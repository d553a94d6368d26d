# SPDX-License-Identifier: Apache-2.0
"""Findings as rows and as the JSON of the cache."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from sqlalchemy import RowMapping

from atr.domain.check import Finding, FindingData, Severity

StoredData = dict[str, str | int | bool | list[str]]


class StoredFinding(TypedDict):
    """A finding as it is stored."""

    rule: str
    severity: str
    artifact: str
    member: str | None
    message: str
    data: StoredData


def write_finding(finding: Finding) -> StoredFinding:
    """Return the finding as it is stored."""
    return StoredFinding(
        rule=finding.rule,
        severity=finding.severity,
        artifact=finding.artifact,
        member=finding.member,
        message=finding.message,
        data={
            name: list(value) if isinstance(value, tuple) else value for name, value in finding.data.items()
        },
    )


def read_finding(stored: StoredFinding | RowMapping) -> Finding:
    """Return the finding that was stored."""
    return Finding(
        rule=stored["rule"],
        severity=Severity(stored["severity"]),
        artifact=stored["artifact"],
        message=stored["message"],
        member=stored["member"],
        data=_read_data(stored["data"]),
    )


def _read_data(stored: StoredData) -> Mapping[str, FindingData]:
    return MappingProxyType(
        {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    )
