# SPDX-License-Identifier: Apache-2.0
"""Apache RAT as a second opinion on licence headers, where the project asks for it and it is set up."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from atr.checks.contract import FileCheck, FileView, Inputs, make_finding
from atr.checks.finding_list import FindingList
from atr.checks.member_places import RootFinder
from atr.checks.rat_audit import RatReport
from atr.domain.check import Finding, FindingData, Rule, Severity
from atr.domain.check_policy import ArtifactKind, CheckPolicy, LicenceChecker
from atr.formats.archive import find_suffix
from atr.formats.rat_excludes import RatExcludes, read_rat_excludes
from atr.formats.rat_report import RatFile

NAME = "apache rat"
_POLICY = "Source header policy: every source file carries the licence header"
UNAPPROVED = Rule(
    "rat.unapproved",
    Severity.CONCERN,
    "Apache RAT does not approve the licence of a file",
    _POLICY,
    "Add the licence header, or name the file in .rat-excludes or in the policy if it needs none.",
)
ABSENT = Rule(
    "rat.absent",
    Severity.NOTE,
    "The project asks for Apache RAT, which is not set up here",
    _POLICY,
    "On a server, the operator sets rat_jar; offline, name the jar: atr check --rat JAR.",
)
REQUIRED = Rule(
    "rat.required",
    Severity.BLOCKER,
    "The project requires Apache RAT, and it did not run",
    _POLICY,
    "On a server, the operator sets rat_jar; offline, name the jar: atr check --rat JAR.",
)
SUMMARY = Rule("rat.summary", Severity.NOTE, "What Apache RAT says", _POLICY, "")


def applies(view: FileView) -> bool:
    """Tell whether the file is a source archive that the project wants examined so."""
    policy = view.facts.policy
    is_wanted = policy.licence_checker is not LicenceChecker.BUILT_IN or NAME in policy.required_checks
    path = view.entry.path
    return is_wanted and find_suffix(path) is not None and policy.classify(path) is ArtifactKind.SOURCE


def inputs(view: FileView) -> Inputs | None:
    """Return what the result depends on: the program, what the policy excludes, and what it requires."""
    policy = view.facts.policy
    identity = view.rat.identity if view.rat is not None else ""
    asked = (str(policy.licence_checker), str(NAME in policy.required_checks), view.entry.path)
    return (identity, *asked, *policy.excluded_globs, "", *policy.generated_globs)


def examine(view: FileView) -> Iterator[Finding]:
    """Yield what Apache RAT does not approve, or that it is not there; raise RatFailed."""
    policy, path = view.facts.policy, view.entry.path
    if view.rat is None:
        rule = REQUIRED if NAME in policy.required_checks else ABSENT
        alone = policy.licence_checker is LicenceChecker.RAT
        so = " Nobody examined the licence headers." if alone else ""
        yield make_finding(rule, path, f"{path.name} was not examined by Apache RAT.{so}")
        return
    report = view.rat.audit(view.entry)
    found = FindingList(path)
    unapproved = [file for file in report.files if not file.approved]
    excluded = list(_find_excluded(unapproved, report, policy))
    for file in sorted(set(unapproved) - set(excluded), key=lambda file: file.name):
        licence = file.licence.strip("? ") or "no licence that it knows"
        found.add(UNAPPROVED, file.name, f"is not approved: {licence}.", {"type": file.type})
    yield from found.conclude()
    data: dict[str, FindingData] = {
        "examined": len(report.files),
        "unapproved": len(unapproved) - len(excluded),
        "excluded": len(excluded),
    }
    message = (
        f"Apache RAT examined {len(report.files)} files: {len(unapproved) - len(excluded)} are not approved, "
        f"{len(excluded)} more are excluded."
    )
    yield make_finding(SUMMARY, path, message, data=data)


def _find_excluded(files: Sequence[RatFile], report: RatReport, policy: CheckPolicy) -> Iterator[RatFile]:
    """Yield the files that policy or a list in the archive excludes, as for the built-in check."""
    root = RootFinder()
    for file in report.files:
        root.note(file.name)
    lists = [read_rat_excludes(content.decode("utf-8", "replace")) for content in report.exclusions.values()]
    for file in files:
        if _is_excluded(file.name, root.drop_root(file.name), lists, policy):
            yield file


def _is_excluded(path: str, place: str, lists: Sequence[RatExcludes], policy: CheckPolicy) -> bool:
    globs = (*policy.excluded_globs, *policy.generated_globs)
    by_policy = any(fnmatchcase(place, glob) or fnmatchcase(path, glob) for glob in globs)
    return by_policy or any(each.find(place) is not None for each in lists)


APACHE_RAT = FileCheck(NAME, (UNAPPROVED, ABSENT, REQUIRED, SUMMARY), applies, inputs, examine)
