# SPDX-License-Identifier: Apache-2.0
"""The engine: what is examined again and what is remembered, and what a failing check does to the others."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from atr.checks import CHECKS
from atr.checks.contract import (
    ArchiveCheck,
    ArchiveTask,
    ArchiveView,
    Check,
    Consumer,
    FileCheck,
    FileView,
    Observer,
    PassOutcome,
    RevisionCheck,
    RevisionView,
    ScanResult,
    make_finding,
)
from atr.checks.describe import describe_rules
from atr.checks.engine import Engine
from atr.checks.local_revision import read_revision
from atr.checks.onepass import scan_archive
from atr.checks.runner import CHECK_FAILED
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, Rule, Severity
from atr.domain.check_policy import CheckPolicy
from atr.domain.key import PublicKey, SignatureVerdict
from atr.formats.member import Member
from atr.openpgp.keyring import LocalKeyring
from tests.support.archives import TarMember, make_source, make_zip
from tests.support.keys import TestKey
from tests.unit.checks.examination import FACTS, NAME, MemoryCache, Release

RULE = Rule("test.rule", Severity.NOTE, "", "", "")


class Scans:
    """Counts the passes through archives."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, engine: Engine) -> Engine:
        def scan(task: ArchiveTask) -> ScanResult:
            self.names.append(task.view.name)
            return scan_archive(task)

        return replace(engine, scan=scan)


@pytest.fixture
def scans(release: Release) -> Scans:
    release.cache = MemoryCache()
    return Scans()


def test_an_archive_is_read_once_for_all_checks(release: Release, scans: Scans) -> None:
    release.examine(scans)
    assert scans.names == [NAME]


def test_an_unchanged_file_is_never_examined_twice(release: Release, scans: Scans) -> None:
    release.add("other-1.0.zip", make_zip({"x": b"y"}))
    first = release.examine(scans)
    assert release.examine(scans) == first
    assert sorted(scans.names) == [NAME, "other-1.0.zip"]


def test_a_changed_file_is_examined_alone(release: Release, scans: Scans) -> None:
    release.add("other-1.0.zip", make_zip({"x": b"y"}))
    release.examine(scans)
    release.add("other-1.0.zip", make_zip({"x": b"z"}))
    release.examine(scans)
    assert scans.names[2:] == ["other-1.0.zip"]


def test_a_changed_policy_is_a_new_question(release: Release, scans: Scans) -> None:
    release.examine(scans)
    release.describe(policy=CheckPolicy(notice_attribution="other words"))
    assert "licence.notice-attribution" in [finding.rule for finding in release.examine(scans)]
    assert scans.names == [NAME, NAME]


def test_a_new_version_of_a_rule_is_a_new_question(release: Release, scans: Scans) -> None:
    release.examine(scans)

    def renew(engine: Engine) -> Engine:
        checks = tuple(
            replace(check, rules=(*check.rules, RULE)) if check.name == "licence files" else check
            for check in engine.checks
        )
        return scans(replace(engine, checks=checks))

    release.examine(renew)
    assert scans.names == [NAME, NAME]


def test_content_kept_under_another_name_is_told_of_this_file(release: Release, scans: Scans) -> None:
    content = make_source("example-1.0", [TarMember("example-1.0/run", mode=0o4755)])
    release.add(NAME, content)
    release.examine(scans)
    release.add("example-1.0-source.tar.gz", content)
    places = {each.artifact for each in release.examine(scans) if each.rule == "archive.set-id"}
    assert places == {NAME, "example-1.0-source.tar.gz"}


class CountingKeyring(LocalKeyring):
    """Counts the files that were hashed for their signature."""

    def __init__(self) -> None:
        self.proofs = 0

    def verify_detached(
        self, keys: Sequence[PublicKey], signature: bytes, data: Path, now: datetime
    ) -> SignatureVerdict:
        self.proofs += 1
        return super().verify_detached(keys, signature, data, now)


def test_a_signature_is_proven_once_but_its_key_is_asked_every_day(release: Release, scans: Scans) -> None:
    keyring = CountingKeyring()
    release.key = TestKey(lasts=timedelta(days=190))
    release.add_source()

    def count(engine: Engine) -> Engine:
        return replace(engine, verifier=keyring)

    soon = [finding.rule for finding in release.examine(count)]
    release.describe(now=FACTS.now + timedelta(days=30))
    later = [finding.rule for finding in release.examine(count)]
    assert ("signature.key-expires-soon" in soon, "signature.key-expired-now" in later) == (True, True)
    assert keyring.proofs == 1


def test_another_key_of_the_project_changes_no_proof(release: Release, scans: Scans) -> None:
    keyring = CountingKeyring()
    for _ in range(2):
        release.keys = (*(release.keys or (release.key.own(),)), TestKey().own())
        release.examine(lambda engine: replace(engine, verifier=keyring))
    assert keyring.proofs == 1


def test_progress_is_told_file_by_file(release: Release) -> None:
    release.examine()
    assert release.progress == [(1, 3), (2, 3), (3, 3)]


def test_findings_are_in_one_order_whoever_asks(release: Release) -> None:
    release.write("KEYS")
    release.write("odd")
    found = release.examine()
    assert list(found) == sorted(found, key=lambda finding: finding.order)


def fail(*_: object) -> NoReturn:
    raise ValueError("it broke\nsecond line")


class FailingObserver:
    """An observer that fails at one of its steps."""

    def __init__(self, step: str) -> None:
        self.step = step

    def meet(self, _member: Member, _head: bytes) -> Consumer | None:
        if self.step == "meet":
            fail()
        return fail if self.step == "content" else None

    def conclude(self, _outcome: PassOutcome) -> Iterable[Finding]:
        return fail() if self.step == "conclude" else ()


def begin(step: str, _view: ArchiveView) -> Observer:
    if step == "begin":
        fail()
    return FailingObserver(step)


def is_source(view: FileView) -> bool:
    return view.entry.path == NAME


STEPS = ("begin", "meet", "content", "conclude")
BROKEN: tuple[Check, ...] = (
    *(ArchiveCheck(step, (RULE,), lambda _: (), partial(begin, step)) for step in STEPS),
    RevisionCheck("revision", (RULE,), fail),
    FileCheck("file", (RULE,), is_source, lambda _: (), fail),
    FileCheck("inputs", (RULE,), is_source, fail, fail),
)


@pytest.mark.parametrize("check", BROKEN, ids=lambda check: check.name)
def test_a_check_that_fails_is_one_finding_and_harms_no_other(release: Release, check: Check) -> None:
    whole = release.examine()
    found = release.examine(lambda engine: replace(engine, checks=(check, *engine.checks)))
    assert (found[0].rule, found[0].severity, found[1:]) == ("check.failed", Severity.ERROR, whole)
    assert found[0].message.endswith("failed: ValueError: it broke")


def test_a_failure_is_not_remembered(release: Release) -> None:
    cache = release.cache = MemoryCache()
    release.examine(lambda engine: replace(engine, checks=BROKEN))
    assert cache.kept == {}


def test_a_pass_that_fails_as_a_whole_is_one_finding(release: Release) -> None:
    cache = release.cache = MemoryCache()
    found = release.examine(lambda engine: replace(engine, scan=fail))
    assert [each.rule for each in found] == ["check.failed"]
    assert not any(finding.rule.startswith("archive") for kept in cache.kept.values() for finding in kept)
    assert len(cache.kept) == 2


def test_contents_that_are_not_on_this_machine_are_fetched_once(release: Release) -> None:
    revision = read_revision([release.folder])
    opened: list[str] = []

    def open_remote(entry: FileEntry) -> io.BytesIO:
        path = entry.path
        opened.append(path)
        return io.BytesIO(revision.sources[path].read_bytes())

    engine = Engine(open_remote, LocalKeyring())
    found = engine.examine(release.facts, revision.entries, (release.key.own(),))
    assert found == release.examine()
    assert sorted(opened) == [NAME, f"{NAME}.asc", f"{NAME}.sha512"]


def test_a_content_that_is_gone_is_an_error_and_not_a_pass(release: Release) -> None:
    revision = read_revision([release.folder])

    def refuse(_: FileEntry) -> io.BytesIO:
        raise OSError("the store does not answer")

    found = Engine(refuse, LocalKeyring()).examine(release.facts, revision.entries, ())
    assert {each.rule for each in found} == {CHECK_FAILED.id}


def test_a_later_check_may_use_what_others_found(release: Release) -> None:
    def compare(view: RevisionView) -> Iterable[Finding]:
        sizes = [each.data["bytes"] for each in view.found if each.rule == "archive.contents"]
        yield make_finding(RULE, "", f"{len(sizes)} archives")

    check = RevisionCheck("compare", (RULE,), compare)
    found = release.examine(lambda engine: replace(engine, checks=(check, *engine.checks)))
    assert "1 archives" in [finding.message for finding in found]


def test_rule_ids_are_unique_and_every_rule_is_explained() -> None:
    rules = [row.rule for row in describe_rules()]
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.title and rule.clause for rule in rules)
    assert all(rule.fix for rule in rules if rule.severity is not Severity.NOTE)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        tmp_path.joinpath(folder).mkdir()
        tmp_path.joinpath(folder, "x").write_text(folder)
    with pytest.raises(Exception, match="Two files have the name x"):
        read_revision([tmp_path / "a", tmp_path / "b"])
