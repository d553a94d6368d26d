# SPDX-License-Identifier: Apache-2.0
"""Examining a revision: every file once, from memory where nothing changed, the same way everywhere."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from atr.checks import CHECKS
from atr.checks.contract import (
    ArchiveCheck,
    ArchiveTask,
    ArchiveView,
    Check,
    FileCheck,
    FileView,
    FindingCache,
    RatAccess,
    RevisionCheck,
    RevisionView,
    ScanArchive,
    ScanStopped,
    SignatureVerifier,
)
from atr.checks.local_files import LocalFiles, OpenFile
from atr.checks.onepass import scan_archive
from atr.checks.plan import Plan, make_plan, recall
from atr.checks.rat_audit import RatReport, RatRunner
from atr.checks.runner import run_guarded
from atr.checks.second_opinions import merge_opinions
from atr.checks.source_listing import FetchSource, refuse_source
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, RevisionFacts, Severity
from atr.domain.key import PublicKey, SignatureVerdict, SigningKey
from atr.domain.names import FilePath
from atr.formats.tree import TreeEntry, read_tree
from atr.formats.tree_key import make_tree_key

ReportProgress = Callable[[int, int], object]  # files done, files in all
_UNREADABLE = b""  # kept in place of the tree of an archive whose end cannot be reached
Cached = dict[str, tuple[Finding, ...]]


class ForgetfulCache:
    """A cache for those who examine once: it keeps no findings, and trees as long as it lives itself."""

    def __init__(self) -> None:
        self._trees: dict[str, bytes] = {}

    def find_cached(self, keys: frozenset[str]) -> Cached:  # noqa: ARG002
        """Return nothing."""
        return {}

    def keep_cached(self, entries: Cached) -> None:
        """Forget the entries."""

    def find_tree(self, key: str) -> bytes | None:
        """Return the tree, if it was kept."""
        return self._trees.get(key)

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep the tree for those who compare."""
        self._trees[key] = tree


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs every check over a revision; `scan` may carry the pass through an archive to another process.

    Files are examined by so many `threads`, since passes and signatures have processes of their own.
    """

    open_file: OpenFile
    verifier: SignatureVerifier
    cache: FindingCache = field(default_factory=ForgetfulCache)
    checks: tuple[Check, ...] = CHECKS
    scan: ScanArchive = scan_archive
    fetch_source: FetchSource = refuse_source
    threads: int = 2
    rat: RatRunner | None = None

    def examine(
        self,
        facts: RevisionFacts,
        files: Sequence[FileEntry],
        keys: Sequence[SigningKey],
        report: ReportProgress = lambda _done, _total: None,
    ) -> tuple[Finding, ...]:
        """Return all findings in their order; what a check could not do is a finding of severity `error`."""
        ordered = {entry.path: entry for entry in sorted(files, key=lambda entry: entry.path)}
        with LocalFiles(self.open_file) as local:
            plans = [make_plan(view, self.checks) for view in _view_files(self, facts, ordered, keys, local)]
            cached = self.cache.find_cached(frozenset().union(*(plan.keys for plan in plans)))
            found: list[Finding] = []
            with ThreadPoolExecutor(self.threads) as pool:
                carried_out = pool.map(lambda plan: self._carry_out(plan, cached, local), plans)
                for done, outcome in enumerate(carried_out, 1):
                    found += outcome
                    report(done, len(plans))
            trees = partial(self._read_tree, facts, local)
            view = RevisionView(facts, ordered, tuple(found), local.read_small, trees, self.fetch_source)
            found += self._examine_whole(view)
        return tuple(sorted(merge_opinions(found), key=lambda finding: finding.order))

    def _carry_out(self, plan: Plan, cached: Cached, local: LocalFiles) -> list[Finding]:
        """Return the findings of one file; keep what was new, so that a crash costs one file at most."""
        found: list[Finding] = []
        fresh: Cached = {}
        inside: dict[str, ArchiveCheck] = {}
        for step in plan.steps:
            key, check = step.key, step.check
            if key is not None and key in cached:
                found += recall(cached[key], step, plan.entry)
            elif isinstance(check, FileCheck):
                outcome = run_guarded(check.name, plan.entry.path, partial(check.examine, plan.view))
                found += outcome
                fresh[key or ""] = outcome
            else:
                inside[key or ""] = check
        if inside:
            results, failures = self._look_inside(plan, inside, local)
            fresh |= results
            found += [finding for group in (*results.values(), failures) for finding in group]
        self.cache.keep_cached({key: kept for key, kept in fresh.items() if key and _may_stay(kept)})
        return found

    def _look_inside(
        self, plan: Plan, inside: dict[str, ArchiveCheck], local: LocalFiles
    ) -> tuple[Cached, tuple[Finding, ...]]:
        """Return the findings by key; when the pass as a whole fails, only that it failed."""
        results: Cached = {}

        def scan() -> tuple[Finding, ...]:
            view = ArchiveView(plan.entry, plan.view.facts)
            try:
                with local.hold(plan.entry) as path:
                    scanned = self.scan(ArchiveTask(path, view, tuple(inside.values())))
            except ScanStopped as stopped:
                return (stopped.finding,)
            results.update({key: scanned.findings[check.name] for key, check in inside.items()})
            self.cache.keep_tree(make_tree_key(plan.entry), scanned.tree or _UNREADABLE)
            return ()

        failures = run_guarded("archive pass", plan.entry.path, scan)
        return results, failures

    def _read_tree(
        self, facts: RevisionFacts, local: LocalFiles, entry: FileEntry
    ) -> Iterator[TreeEntry] | None:
        """Return the members of an archive, from memory or by a pass without checks."""
        key = make_tree_key(entry)
        tree = self.cache.find_tree(key)
        if tree is None:
            try:
                with local.hold(entry) as path:
                    tree = self.scan(ArchiveTask(path, ArchiveView(entry, facts), ())).tree or _UNREADABLE
            except ScanStopped:
                return None  # the check of that archive says why, where it belongs to this release
            self.cache.keep_tree(key, tree)
        return None if tree == _UNREADABLE else read_tree(tree)

    def _examine_whole(self, view: RevisionView) -> list[Finding]:
        found: list[Finding] = []
        for check in self.checks:
            if isinstance(check, RevisionCheck):
                found += run_guarded(check.name, "", partial(check.examine, view))
        return found


def _may_stay(findings: tuple[Finding, ...]) -> bool:
    return all(finding.severity is not Severity.ERROR for finding in findings)


def _view_files(
    engine: Engine,
    facts: RevisionFacts,
    files: dict[FilePath, FileEntry],
    keys: Sequence[SigningKey],
    local: LocalFiles,
) -> list[FileView]:
    def verify(trusted: Sequence[PublicKey], signature: bytes, entry: FileEntry) -> SignatureVerdict:
        with local.hold(entry) as path:
            return engine.verifier.verify_detached(trusted, signature, path, facts.now)

    rat = _access_rat(engine.rat, local)
    return [
        FileView(entry, facts, files, tuple(keys), local.read_small, verify, rat) for entry in files.values()
    ]


def _access_rat(runner: RatRunner | None, local: LocalFiles) -> RatAccess | None:
    if runner is None:
        return None

    def audit(entry: FileEntry) -> RatReport:
        with local.hold(entry) as path:
            return runner.audit(path, entry.path.name)

    return RatAccess(runner.identity, audit)
