# SPDX-License-Identifier: Apache-2.0
"""Which checks a file needs, and under which key each result is kept."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from atr.checks.contract import ArchiveCheck, ArchiveView, Check, FileCheck, FileView, Inputs
from atr.checks.runner import attempt
from atr.domain.artifact import FileEntry, is_internal
from atr.domain.check import Finding
from atr.formats.archive import find_suffix


@dataclass(frozen=True, slots=True)
class Step:
    """One check of one file; a result without a key is not kept."""

    check: FileCheck | ArchiveCheck
    key: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All checks of one file."""

    view: FileView
    steps: tuple[Step, ...]

    @property
    def entry(self) -> FileEntry:
        """Return the file."""
        return self.view.entry

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys under which results may be kept already."""
        return frozenset(step.key for step in self.steps if step.key is not None)


def make_plan(view: FileView, checks: Iterable[Check]) -> Plan:
    """Return what has to be done for one file."""
    return Plan(view, tuple(_plan_steps(view, checks)))


def _plan_steps(view: FileView, checks: Iterable[Check]) -> Iterator[Step]:
    if is_internal(view.entry.path):
        return  # not offered to anybody: what it says is read by the checks that it is for
    is_archive = find_suffix(view.entry.path) is not None
    inside = ArchiveView(view.entry, view.facts)
    for check in checks:
        inputs: Inputs | None = None
        if isinstance(check, FileCheck) and check.applies(view):
            inputs = attempt(partial(check.inputs, view))
        elif isinstance(check, ArchiveCheck) and is_archive:
            inputs = check.inputs(inside)
        else:
            continue
        yield Step(check, None if inputs is None else make_key(check, inputs, view.entry))


def make_key(check: FileCheck | ArchiveCheck, inputs: Inputs, entry: FileEntry) -> str:
    """Return the cache key: whatever the result depends on, and nothing else."""
    versions = [f"{rule.id}:{rule.version}" for rule in check.rules]
    parts = json.dumps([check.name, versions, inputs, str(entry.content.sha512)])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


def recall(findings: Iterable[Finding], step: Step, entry: FileEntry) -> tuple[Finding, ...]:
    """Return findings that were kept; what was inside an archive may have been kept under another name."""
    if isinstance(step.check, FileCheck):
        return tuple(findings)
    return tuple(replace(finding, artifact=entry.path) for finding in findings)
