# SPDX-License-Identifier: Apache-2.0
"""Apache RAT asked for, there or not, and what it approves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from atr.checks.engine import Engine
from atr.checks.rat_audit import RatReport
from atr.domain.check_policy import CheckPolicy, LicenceChecker
from atr.formats.rat_report import RatFile
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import Release

BOTH = CheckPolicy(licence_checker=LicenceChecker.BOTH)
REQUIRED = CheckPolicy(required_checks=("apache rat",))
GOOD = RatFile("example-1.0/NOTICE", approved=True, type="notice", licence="")
BAD = RatFile("example-1.0/a.py", approved=False, type="standard", licence="Unknown license")


@dataclass(frozen=True, slots=True)
class SettledRat:
    """Says of every archive what it was told to say."""

    files: tuple[RatFile, ...]
    exclusions: tuple[tuple[str, bytes], ...] = ()
    identity: str = "settled"

    def audit(self, archive: Path, name: str) -> RatReport:
        assert archive.is_file()
        assert name
        return RatReport(self.files, dict(self.exclusions))


def ask(policy: CheckPolicy, rat: SettledRat | None) -> Callable[[Release], object]:
    """Return a builder of a release whose project has this policy, where RAT says this."""

    def set_up(engine: Engine) -> Engine:
        return replace(engine, rat=rat)

    def build(release: Release) -> None:
        release.change = set_up
        release.describe(policy=policy)

    return build


CASES: tuple[Case, ...] = (
    Case(
        "rat.unapproved", "a file that RAT does not approve", ask(BOTH, SettledRat((GOOD, BAD))), finds=True
    ),
    Case("rat.unapproved", "files that RAT approves", ask(BOTH, SettledRat((GOOD,))), finds=False),
    Case(
        "rat.unapproved",
        "a file that the policy excludes",
        ask(replace(BOTH, excluded_globs=("*.py",)), SettledRat((GOOD, BAD))),
        finds=False,
    ),
    Case(
        "rat.unapproved",
        "a file that .rat-excludes names",
        ask(BOTH, SettledRat((GOOD, BAD), ((".rat-excludes", b"a.py\n"),))),
        finds=False,
    ),
    Case("rat.absent", "RAT asked for and absent", ask(BOTH, None), finds=True),
    Case("rat.absent", "RAT that nobody asked for", ask(CheckPolicy(), None), finds=False),
    Case("rat.required", "RAT required and absent", ask(REQUIRED, None), finds=True),
    Case("rat.required", "RAT required and there", ask(REQUIRED, SettledRat((GOOD,))), finds=False),
    Case("rat.summary", "RAT that ran", ask(BOTH, SettledRat((GOOD,))), finds=True),
    Case("rat.summary", "RAT that nobody asked for", ask(CheckPolicy(), SettledRat((GOOD,))), finds=False),
)
