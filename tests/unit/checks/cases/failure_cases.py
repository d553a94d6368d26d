# SPDX-License-Identifier: Apache-2.0
"""Checks that fail, and checks that do not."""

from collections.abc import Iterator
from dataclasses import replace

from atr.checks.contract import RevisionCheck, RevisionView
from atr.checks.engine import Engine
from atr.domain.check import Finding
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import Release


def _stumble(view: RevisionView) -> Iterator[Finding]:
    raise ArithmeticError(f"{len(view.files)} files are too many for this check")


def _add_failing(engine: Engine) -> Engine:
    return replace(engine, checks=(*engine.checks, RevisionCheck("stumbling", (), _stumble)))


def _fail(release: Release) -> None:
    release.change = _add_failing


def _keep(_release: Release) -> None:
    """Leave the good release as it is."""


CASES: tuple[Case, ...] = (
    Case("check.failed", "a check that stumbles", _fail, finds=True),
    Case("check.failed", "checks that end well", _keep, finds=False),
)
