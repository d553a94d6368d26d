# SPDX-License-Identifier: Apache-2.0
"""Apache RAT beside the built-in check: one opinion, two, or none."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from atr.checks.rat_audit import RatFailed
from atr.domain.check import Finding, Severity
from atr.domain.check_policy import CheckPolicy, LicenceChecker
from atr.formats.rat_report import RatFile
from tests.support.archives import TarMember, make_source
from tests.unit.checks.cases.rat_cases import BAD, BOTH, GOOD, REQUIRED, SettledRat, ask
from tests.unit.checks.examination import NAME, MemoryCache, Release

CODE = b"import os\n" * 20
OTHER = RatFile("example-1.0/notes.json", approved=False, type="standard", licence="?????")


class FailingRat(SettledRat):
    """Cannot run."""

    def audit(self, archive: Path, name: str) -> NoReturn:
        raise RatFailed(f"{archive.name} {name}: no memory")


def opinions(release: Release) -> list[Finding]:
    wanted = ("header.missing", "rat.", "check.")
    return [each for each in release.examine() if each.rule.startswith(wanted) and each.rule != "rat.summary"]


def test_what_both_object_to_is_told_once(release: Release) -> None:
    release.add(NAME, make_source("example-1.0", [TarMember("example-1.0/a.py", CODE)]))
    ask(BOTH, SettledRat((GOOD, BAD, OTHER)))(release)
    found = {(each.rule, each.member): each for each in opinions(release)}
    assert set(found) == {("header.missing", BAD.name), ("rat.unapproved", OTHER.name)}
    assert found["header.missing", BAD.name].data["checkers"] == ("built in", "apache rat")
    other = found["rat.unapproved", OTHER.name]
    assert other.severity is Severity.CONCERN
    assert other.message == "example-1.0/notes.json is not approved: no licence that it knows."


def test_what_the_built_in_check_alone_objects_to_stays_as_it_is(release: Release) -> None:
    release.add(NAME, make_source("example-1.0", [TarMember("example-1.0/a.py", CODE)]))
    ask(BOTH, SettledRat((GOOD,)))(release)
    (finding,) = opinions(release)
    assert (finding.rule, "checkers" in finding.data) == ("header.missing", False)


def test_rat_may_be_the_only_one_asked(release: Release) -> None:
    release.add(NAME, make_source("example-1.0", [TarMember("example-1.0/a.py", CODE)]))
    only = CheckPolicy(licence_checker=LicenceChecker.RAT)
    ask(only, SettledRat((GOOD, BAD)))(release)
    assert [each.rule for each in opinions(release)] == ["rat.unapproved"]
    ask(only, None)(release)
    (absent,) = opinions(release)
    assert absent.message.endswith("Nobody examined the licence headers.")


def test_a_required_rat_that_is_absent_blocks(release: Release) -> None:
    ask(REQUIRED, None)(release)
    assert [(each.rule, each.severity) for each in opinions(release)] == [("rat.required", Severity.BLOCKER)]


def test_a_rat_that_fails_is_an_error_and_is_asked_again(release: Release) -> None:
    release.cache = MemoryCache()
    ask(BOTH, FailingRat(()))(release)
    (failed,) = opinions(release)
    assert (failed.rule, failed.severity) == ("check.failed", Severity.ERROR)
    assert "no memory" in failed.message
    ask(BOTH, SettledRat((GOOD, BAD)))(release)
    assert [each.rule for each in opinions(release)] == ["rat.unapproved"]


def test_what_rat_said_is_remembered_until_the_jar_or_the_policy_changes(release: Release) -> None:
    release.cache = MemoryCache()
    ask(BOTH, SettledRat((GOOD, BAD)))(release)
    assert [each.rule for each in opinions(release)] == ["rat.unapproved"]
    ask(BOTH, SettledRat((GOOD,)))(release)
    assert [each.rule for each in opinions(release)] == ["rat.unapproved"]
    ask(BOTH, SettledRat((GOOD,), identity="newer"))(release)
    assert opinions(release) == []
    ask(replace(BOTH, excluded_globs=("x",)), SettledRat((BAD,)))(release)
    assert [each.rule for each in opinions(release)] == ["rat.unapproved"]


@pytest.mark.parametrize("name", ["example-1.0-bin.zip", "README"])
def test_only_source_archives_are_given_to_rat(release: Release, name: str) -> None:
    ask(BOTH, None)(release)
    release.write(name, b"content")
    assert {each.artifact for each in opinions(release) if each.rule == "rat.absent"} == {NAME}
