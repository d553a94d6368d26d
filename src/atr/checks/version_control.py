# SPDX-License-Identifier: Apache-2.0
"""Source against version control: each file of a source archive is in the commit with the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from atr.checks.contract import RevisionCheck, RevisionView, make_finding
from atr.checks.difference_lists import list_data
from atr.checks.source_comparison import SourceComparison, compare_source
from atr.checks.source_listing import SourceListing, SourceNotAllowed, SourceUnavailable
from atr.checks.tree_pairs import read_members
from atr.domain.artifact import FileEntry, is_internal
from atr.domain.check import Finding, FindingData, Rule, Severity
from atr.domain.check_policy import ArtifactKind
from atr.domain.errors import Invalid
from atr.domain.source import LARGEST_SOURCE_FILE, SOURCE_FILE, SourceReference
from atr.formats.archive import find_suffix

NAME = "version control"
_CLAUSE = "Release policy: a release is made of what is in version control"
UNKNOWN = Rule(
    "source.unknown",
    Severity.BLOCKER,
    "The project asks for a comparison with version control, and there was none",
    _CLAUSE,
    "Name the commit: atr upload RELEASE FILES --repository URL --commit SHA; then evaluate again.",
)
UNREADABLE = Rule(
    "source.unreadable",
    Severity.BLOCKER,
    f"What {SOURCE_FILE} says cannot be understood",
    _CLAUSE,
    f"Write {SOURCE_FILE} anew: atr upload RELEASE --repository URL --commit SHA.",
)
NOT_ALLOWED = Rule(
    "source.not-allowed",
    Severity.NOTE,
    "Nothing was compared with version control, because nothing may be fetched from there",
    _CLAUSE,
    "On a server, the operator lists addresses in source_repositories; offline, name --repository.",
)
UNAVAILABLE = Rule(
    "source.unavailable",
    Severity.CONCERN,
    "The commit could not be fetched",
    _CLAUSE,
    "Check address and commit, push the commit if it is missing, then evaluate again.",
)
NOT_IN_COMMIT = Rule(
    "source.not-in-commit",
    Severity.CONCERN,
    "A source archive has files that the commit does not have",
    _CLAUSE,
    "Make the archive from the commit; a file that is generated belongs into the policy's generated_globs.",
)
DIFFERS = Rule(
    "source.differs",
    Severity.CONCERN,
    "A source archive has files with other content than in the commit",
    _CLAUSE,
    "Make the archive from the commit; line ends and $Format$ marks of .gitattributes count as differences.",
)
MATCHES = Rule(
    "source.matches",
    Severity.NOTE,
    "A source archive holds what is in version control",
    _CLAUSE,
    "",
)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why nothing was compared: the finding for it, and whether it is about what is asked for."""

    rule: Rule
    message: str


def examine(view: RevisionView) -> Iterator[Finding]:
    """Yield how the source archives relate to the commit, or why that is not known."""
    found = _find_listing(view)
    if isinstance(found, _Reason):
        yield from _explain(view, found)
        return
    reference, listing = found
    for entry in _list_sources(view):
        if view.tree(entry) is not None:  # otherwise another check says that it cannot be read
            compared = compare_source(
                partial(read_members, view, entry),
                listing,
                reference.folder,
                view.facts.policy.generated_globs,
            )
            yield from _describe(entry, reference, compared)


def _find_listing(view: RevisionView) -> tuple[SourceReference, SourceListing] | _Reason:
    try:
        reference = view.facts.source or _read_reference(view)
    except Invalid as error:
        return _Reason(UNREADABLE, str(error))
    if reference is None:
        return _Reason(UNKNOWN, "Nobody said which commit the sources are made of.")
    try:
        return reference, view.fetch_source(reference)
    except SourceNotAllowed as error:
        return _Reason(NOT_ALLOWED, str(error))
    except SourceUnavailable as error:
        return _Reason(UNAVAILABLE, f"{reference} could not be looked at: {error}")


def _read_reference(view: RevisionView) -> SourceReference | None:
    entry = view.files.get(SOURCE_FILE)
    if entry is None:
        return None
    if entry.content.size > LARGEST_SOURCE_FILE:
        raise Invalid.field(str(SOURCE_FILE), f"{SOURCE_FILE} has more than {LARGEST_SOURCE_FILE} bytes.")
    return SourceReference.parse(view.read(entry, LARGEST_SOURCE_FILE))


def _explain(view: RevisionView, reason: _Reason) -> Iterator[Finding]:
    place = str(SOURCE_FILE) if SOURCE_FILE in view.files else ""
    if NAME in view.facts.policy.required_checks and reason.rule is not UNREADABLE:
        yield make_finding(
            UNKNOWN, place, f"The comparison with version control is required. {reason.message}"
        )
    elif reason.rule is not UNKNOWN:
        yield make_finding(reason.rule, place, reason.message)


def _list_sources(view: RevisionView) -> list[FileEntry]:
    policy = view.facts.policy
    return [
        entry
        for path, entry in view.files.items()
        if find_suffix(path) and not is_internal(path) and policy.classify(path) is ArtifactKind.SOURCE
    ]


def _describe(entry: FileEntry, reference: SourceReference, compared: SourceComparison) -> Iterator[Finding]:
    artifact = entry.path
    place: dict[str, FindingData] = {"repository": reference.repository, "commit": reference.commit}
    for rule, paths, words in (
        (NOT_IN_COMMIT, compared.extra, f"not in {reference}"),
        (DIFFERS, compared.different, f"with other content than in {reference}"),
    ):
        if paths.count:
            below = compared.in_submodules if rule is NOT_IN_COMMIT else 0
            note = f" {below} of them are in submodules, which are not looked into." if below else ""
            data = place | list_data(files=paths)
            yield make_finding(rule, artifact, f"{artifact} has {paths.phrase(words)}.{note}", data=data)
    if not compared.extra.count and not compared.different.count:
        yield _confirm(artifact, reference, compared, place)


def _confirm(
    artifact: str, reference: SourceReference, compared: SourceComparison, place: dict[str, FindingData]
) -> Finding:
    counts = {
        "same": compared.same,
        "generated": compared.generated.count,
        "left_out": compared.left_out,
    }
    message = f"All {compared.same} files of {artifact} are those of {reference}"
    if compared.generated.count:
        message += f", but for {compared.generated.phrase('known as generated')}"
    message += f"; {compared.left_out} files of the commit are not in it."
    return make_finding(MATCHES, artifact, message, data=place | counts)


VERSION_CONTROL = RevisionCheck(
    NAME,
    (UNKNOWN, UNREADABLE, NOT_ALLOWED, UNAVAILABLE, NOT_IN_COMMIT, DIFFERS, MATCHES),
    examine,
)
