# SPDX-License-Identifier: Apache-2.0
"""What a confined pass answers: JSON and the list of members, believed only where it is well formed.

The side that answers has read a stranger's file, so the side that reads the answer takes nothing from it but
plain values of known shape, in known numbers.
"""

import json
import struct
from collections.abc import Mapping

from atr.checks.contract import ArchiveTask, ScanResult
from atr.domain.check import Finding, FindingData, Rule, Severity

_LENGTHS = struct.Struct("!QQ")
_LARGEST_FINDINGS = 128 * 1024 * 1024
_LARGEST_TREE = 96 * 1024 * 1024
LARGEST_ANSWER = _LENGTHS.size + _LARGEST_FINDINGS + _LARGEST_TREE
_MOST_FINDINGS = 250_000
_LONGEST_TEXT = 20_000
_MOST_VALUES = 10_000
_LARGEST_NUMBER = 1 << 63

Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


class MalformedAnswer(Exception):
    """Raised when an answer is not what a pass says."""


def write_answer(result: ScanResult | Finding) -> bytes:
    """Return the result, or the one finding that there is none, as bytes."""
    if isinstance(result, Finding):
        return _pack({"failure": _write_finding(result)}, b"")
    findings = {name: list(map(_write_finding, found)) for name, found in result.findings.items()}
    return _pack({"findings": findings}, b"" if result.tree is None else result.tree)


def _pack(content: Mapping[str, object], tree: bytes) -> bytes:
    text = json.dumps(content, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(tree)) + text + tree


def _write_finding(finding: Finding) -> list[Json]:
    data: dict[str, Json] = {
        key: list(value) if isinstance(value, tuple) else value for key, value in finding.data.items()
    }
    return [finding.rule, str(finding.severity), finding.message, finding.member, data]


def read_answer(answer: bytes | bytearray, task: ArchiveTask, failure: Rule) -> ScanResult | Finding:
    """Return the result that the bytes say; raise MalformedAnswer for anything out of place.

    Findings may be of the rules of the task's own checks, or say that a check failed.
    """
    if len(answer) < _LENGTHS.size:
        raise MalformedAnswer("it ends too early")
    text_size, tree_size = _LENGTHS.unpack_from(answer)
    if len(answer) != _LENGTHS.size + text_size + tree_size:
        raise MalformedAnswer("it has another length than it says")
    if text_size > _LARGEST_FINDINGS or tree_size > _LARGEST_TREE:
        raise MalformedAnswer("it is too long")
    view = memoryview(answer)[_LENGTHS.size :]
    artifact, rules = task.view.entry.path, frozenset({failure.id})
    match _parse_json(bytes(view[:text_size])):
        case {"failure": row, **others} if not others:
            return _read_finding(row, artifact, rules)
        case {"findings": dict(found), **others} if not others:
            allowed = {check.name: rules.union(rule.id for rule in check.rules) for check in task.checks}
            if set(found) != set(allowed):
                raise MalformedAnswer("it is not about the checks that were asked for")
            findings = {name: _read_findings(rows, artifact, allowed[name]) for name, rows in found.items()}
            return ScanResult(findings, bytes(view[text_size:]) if tree_size else None)
        case _:
            raise MalformedAnswer("it is neither a result nor a failure")


def _parse_json(text: bytes) -> Json:
    try:
        parsed: Json = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer("it is no JSON") from error
    return parsed


def _read_findings(rows: Json, artifact: str, allowed: frozenset[str]) -> tuple[Finding, ...]:
    if not isinstance(rows, list) or len(rows) > _MOST_FINDINGS:
        raise MalformedAnswer("it has no list of findings, or too many of them")
    return tuple(_read_finding(row, artifact, allowed) for row in rows)


def _read_finding(row: Json, artifact: str, allowed: frozenset[str]) -> Finding:
    match row:
        case [str(rule), str(severity), str(message), str() | None as member, dict(data)] if rule in allowed:
            place = None if member is None else _read_text(member)
            return Finding(
                rule, _read_severity(severity), artifact, _read_text(message), place, _read_data(data)
            )
        case _:
            raise MalformedAnswer("it has something that is no finding of these checks")


def _read_severity(word: str) -> Severity:
    try:
        return Severity(word)
    except ValueError as error:
        raise MalformedAnswer("it has an unknown severity") from error


def _read_text(text: str) -> str:
    """Return the text; refuse what can be neither stored nor shown."""
    if len(text) > _LONGEST_TEXT or "\0" in text or not _is_encodable(text):
        raise MalformedAnswer("it has a text that cannot be stored")
    return text


def _is_encodable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _read_data(data: Mapping[str, Json]) -> dict[str, FindingData]:
    if len(data) > _MOST_VALUES:
        raise MalformedAnswer("it has too many values")
    return {_read_text(key): _read_value(value) for key, value in data.items()}


def _read_value(value: Json) -> FindingData:
    match value:
        case str():
            return _read_text(value)
        case bool():
            return value
        case int() if abs(value) < _LARGEST_NUMBER:
            return value
        case list() if len(value) <= _MOST_VALUES:
            return tuple(_read_word(each) for each in value)
        case _:
            raise MalformedAnswer("it has a value of another kind")


def _read_word(value: Json) -> str:
    if not isinstance(value, str):
        raise MalformedAnswer("it has a list of something else than texts")
    return _read_text(value)
