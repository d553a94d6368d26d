# SPDX-License-Identifier: Apache-2.0
"""Findings for programs: ATR's own JSON, and SARIF 2.1.0 for code-scanning tools."""

from collections.abc import Sequence
from urllib.parse import quote

from atr.checks.describe import describe_rules
from atr.domain.check import Finding, FindingData, Severity, count_severities

Json = dict[str, object]
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.BLOCKER: "error", Severity.CONCERN: "warning"}


def render_json(findings: Sequence[Finding]) -> Json:
    """Return the findings and their counts in the form that `atr check --json` promises."""
    return {"findings": [_render_finding(each) for each in findings], "counts": count_severities(findings)}


def _render_finding(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "artifact": finding.artifact,
        "member": finding.member,
        "message": finding.message,
        "data": {name: _plain(value) for name, value in finding.data.items()},
    }


def _plain(value: FindingData) -> object:
    return list(value) if isinstance(value, tuple) else value


def render_sarif(findings: Sequence[Finding], version: str) -> Json:
    """Return the findings as one SARIF run of ATR in the given version."""
    rules = [
        {
            "id": row.rule.id,
            "shortDescription": {"text": row.rule.title},
            "fullDescription": {"text": row.rule.clause},
            "help": {"text": row.rule.fix or row.rule.title},
            "defaultConfiguration": {"level": _LEVELS.get(row.rule.severity, "note")},
        }
        for row in describe_rules()
    ]
    driver = {"name": "atr", "version": version, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_render_result(each) for each in findings]}
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _render_result(finding: Finding) -> Json:
    address = quote(finding.artifact) or "."  # what is about the whole release is at its folder
    location: Json = {"physicalLocation": {"artifactLocation": {"uri": address}}}
    if finding.member is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.member, "kind": "member"}]
    return {
        "ruleId": finding.rule,
        "level": _LEVELS.get(finding.severity, "note"),
        "message": {"text": finding.message},
        "properties": {"severity": str(finding.severity)},
        "locations": [location],
        "partialFingerprints": {"atrFinding/v1": finding.id},
    }
