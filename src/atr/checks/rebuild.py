# SPDX-License-Identifier: Apache-2.0
"""Rebuilds: what others got when they built the release themselves, compared bit for bit."""

import json
from collections.abc import Iterator
from functools import partial

from atr.checks.contract import RevisionCheck, RevisionView, make_finding
from atr.checks.difference_lists import join_phrases, list_data
from atr.checks.member_changes import MemberChanges
from atr.checks.tree_pairs import list_trees
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, FindingData, Rule, Severity
from atr.domain.member_difference import watch_members
from atr.domain.names import FilePath
from atr.domain.rebuild import LARGEST_RECIPE, REBUILDS_FOLDER, RECIPE_NAME, Rebuilt, list_rebuilds
from atr.formats.archive import find_suffix

NAME = "rebuild"
_CLAUSE = "ATR: what was built can be built again"
IDENTICAL = Rule(
    "rebuild.identical",
    Severity.NOTE,
    "Somebody else built an artifact and got the same bytes",
    _CLAUSE,
    "",
)
DIFFERS = Rule(
    "rebuild.differs",
    Severity.CONCERN,
    "Somebody else built an artifact and got other bytes",
    _CLAUSE,
    "Find out why: the listed members show where to look; times and orders are the usual reasons.",
)
ORPHAN = Rule(
    "rebuild.orphan",
    Severity.CONCERN,
    "A rebuilt file stands for no artifact of the release",
    _CLAUSE,
    "Upload it under the name of the artifact that was built again, or take it out.",
)
MISSING = Rule(
    "rebuild.missing",
    Severity.BLOCKER,
    "The project asks that somebody builds the release again, and nobody has",
    _CLAUSE,
    "Have somebody run the build and add what comes out: atr upload RELEASE --rebuild NAME FILES.",
)


def examine(view: RevisionView) -> Iterator[Finding]:
    """Yield what became of each rebuilt file."""
    compared = 0
    for rebuilt in list_rebuilds(view.files):
        original = view.files.get(rebuilt.artifact)
        if original is None:
            message = f"{rebuilt.rebuilder} rebuilt {rebuilt.artifact}, which is no file of this release."
            yield make_finding(ORPHAN, rebuilt.path, message, data={"rebuilder": rebuilt.rebuilder})
            continue
        compared += 1
        yield _compare(view, rebuilt, original)
    if not compared and NAME in view.facts.policy.required_checks:
        yield make_finding(MISSING, "", "Nobody has built any artifact of this release again.")


def _compare(view: RevisionView, rebuilt: Rebuilt, original: FileEntry) -> Finding:
    again = view.files[rebuilt.path]
    data: dict[str, FindingData] = {"rebuilder": rebuilt.rebuilder, **_read_recipe(view, rebuilt.rebuilder)}
    if again.content == original.content:
        message = f"{rebuilt.rebuilder} built {original.path} and got the same bytes."
        return make_finding(IDENTICAL, rebuilt.path, message, data=data)
    words, lists = _describe_difference(view, original, again)
    message = f"{rebuilt.rebuilder} built {original.path} and got other bytes: {words}."
    return make_finding(DIFFERS, rebuilt.path, message, data=data | lists)


def _describe_difference(
    view: RevisionView, original: FileEntry, again: FileEntry
) -> tuple[str, dict[str, FindingData]]:
    sizes = f"{again.content.size} instead of {original.content.size} bytes"
    trees = list_trees(view, original, again) if find_suffix(original.path) else None
    if trees is None:
        return sizes, {}
    changes = watch_members(*trees, partial(MemberChanges, ("", "")))
    said = join_phrases(
        changes.changed.phrase("with other content"),
        changes.added.phrase("more"),
        changes.removed.phrase("fewer"),
        changes.modes.phrase("with other permissions"),
    )
    lists = list_data(
        different=changes.changed,
        only_rebuilt=changes.added,
        only_original=changes.removed,
        modes=changes.modes,
    )
    same = "all files are the same, so it is how they are packed: order, times, owners or compression"
    return said or same, lists


def _read_recipe(view: RevisionView, rebuilder: str) -> dict[str, FindingData]:
    """Return what the rebuilder wrote down of how it was built, as far as it is short text."""
    entry = view.files.get(FilePath(f"{REBUILDS_FOLDER}{rebuilder}/{RECIPE_NAME}"))
    if entry is None or entry.content.size > LARGEST_RECIPE:
        return {}
    try:
        read = json.loads(view.read(entry, LARGEST_RECIPE))
    except (ValueError, RecursionError):
        return {}
    told = read.items() if isinstance(read, dict) else ()
    return {
        name: value for name, value in told if name in {"recipe", "environment"} and isinstance(value, str)
    }


REBUILD = RevisionCheck(NAME, (IDENTICAL, DIFFERS, ORPHAN, MISSING), examine)
