# SPDX-License-Identifier: Apache-2.0
"""What is unlike the release before: new binaries, files that grew, became programs, or are gone."""

from collections.abc import Iterator
from functools import partial

from atr.checks.contract import RevisionCheck, RevisionView, make_finding
from atr.checks.difference_lists import PathList, join_phrases, list_data
from atr.checks.member_changes import TIMES, MemberChanges, is_much_larger
from atr.checks.previous_pairs import Pair, list_missing, pair_artifacts
from atr.checks.tree_pairs import list_trees
from atr.domain.artifact_names import is_artifact
from atr.domain.check import Finding, FindingData, Rule, Severity
from atr.domain.check_policy import ArtifactKind
from atr.domain.member_difference import watch_members
from atr.formats.archive import find_suffix

_CLAUSE = "ATR: what changed since the last release is looked at by somebody"
COMPARED = Rule(
    "previous.compared",
    Severity.NOTE,
    "How an archive differs from the release before",
    _CLAUSE,
    "",
)
ARTIFACT_MISSING = Rule(
    "previous.artifact-missing",
    Severity.SUGGESTION,
    "The release before had an artifact that this one does not have",
    _CLAUSE,
    "Add it, or tell in the announcement that it is no longer made.",
)
NEW_COMPILED = Rule(
    "previous.new-compiled",
    Severity.CONCERN,
    "A source archive has compiled code that the release before did not have",
    _CLAUSE,
    "Remove it from the sources, or say where it comes from and why it must be there.",
)
NEW_BINARY = Rule(
    "previous.new-binary",
    Severity.SUGGESTION,
    "A source archive has binary files that the release before did not have",
    _CLAUSE,
    "Look where each of them comes from: nobody can review them as a source.",
)
MUCH_LARGER = Rule(
    "previous.much-larger",
    Severity.SUGGESTION,
    "A file is more than ten times as large as in the release before",
    _CLAUSE,
    "Check that nothing was packed by mistake.",
)
MODE_CHANGED = Rule(
    "previous.mode-changed",
    Severity.SUGGESTION,
    "A file became executable, or is no longer",
    _CLAUSE,
    "Check that the permissions are meant to be so.",
)


def examine(view: RevisionView) -> Iterator[Finding]:
    """Yield what is unlike the release before, if there is one to compare with."""
    previous = view.facts.previous
    if previous is None:
        return
    pairs = pair_artifacts(view.files, previous, view.facts.version)
    for pair in pairs:
        yield from _compare(view, pair)
    for entry in list_missing(previous, pairs):
        if is_artifact(entry.path):
            message = f"{_name_release(view)} had {entry.path}; nothing here stands for it."
            yield make_finding(ARTIFACT_MISSING, entry.path, message)


def _compare(view: RevisionView, pair: Pair) -> Iterator[Finding]:
    if pair.before.content == pair.after.content:
        return
    is_archive = find_suffix(pair.after.path) is not None
    trees = list_trees(view, pair.before, pair.after) if is_archive else None
    changes = MemberChanges(pair.versions)
    if trees is not None:
        changes = watch_members(*trees, partial(MemberChanges, pair.versions))
        changes.match_renamed()
        yield from _describe(view, pair, changes)
    yield from _weigh_sizes(view, pair, changes.larger)


def _weigh_sizes(view: RevisionView, pair: Pair, larger: PathList) -> Iterator[Finding]:
    """Yield one finding for the artifact as a whole and its members: they stand at one place."""
    before, after = pair.before.content.size, pair.after.content.size
    itself = f"{after} bytes instead of {before}" if is_much_larger(before, after) else ""
    if itself or larger.count:
        members = larger.phrase(f"more than {TIMES} times as large")
        message = (
            f"{pair.after.path} has {join_phrases(itself, members)} (against {_name_release(view, pair)})."
        )
        data: dict[str, FindingData] = {"before": before, "after": after, **list_data(files=larger)}
        yield make_finding(MUCH_LARGER, pair.after.path, message, data=data)


def _describe(view: RevisionView, pair: Pair, changes: MemberChanges) -> Iterator[Finding]:
    artifact, release = pair.after.path, _name_release(view, pair)
    is_source = view.facts.policy.classify(artifact) is ArtifactKind.SOURCE
    compiled, binary = (changes.compiled, changes.binary) if is_source else (PathList(), PathList())
    told = (
        (NEW_COMPILED, compiled, "of compiled code, new since"),
        (NEW_BINARY, binary, "of binary content, new since"),
        (MODE_CHANGED, changes.modes, "with another right to be executed than in"),
    )
    for rule, paths, words in told:
        if paths.count:
            message = f"{artifact} has {paths.phrase(f'{words} {release}')}."
            yield make_finding(rule, artifact, message, data=list_data(files=paths))
    summary = join_phrases(
        f"{changes.added.count} added",
        f"{changes.removed.count} removed",
        f"{changes.changed.count} changed",
        f"{changes.unchanged} the same",
    )
    lists = list_data(added=changes.added, removed=changes.removed, changed=changes.changed)
    data = {"since": release, "unchanged": changes.unchanged, **lists}
    yield make_finding(COMPARED, artifact, f"{artifact} against {release}: {summary}.", data=data)


def _name_release(view: RevisionView, pair: Pair | None = None) -> str:
    previous = view.facts.previous
    version = previous.version if previous else ""
    return version or (pair.versions[0] if pair else "") or "the release before"


PREVIOUS = RevisionCheck(
    "previous release",
    (COMPARED, ARTIFACT_MISSING, NEW_COMPILED, NEW_BINARY, MUCH_LARGER, MODE_CHANGED),
    examine,
)
