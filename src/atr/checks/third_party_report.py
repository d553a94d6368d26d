# SPDX-License-Identifier: Apache-2.0
"""What is said about files of third parties, one finding for each rule, licence and top folder."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from atr.checks.contract import ArchiveView, make_finding
from atr.checks.licence_mentions import Mentions
from atr.checks.third_party_groups import FileGroup, Groups
from atr.checks.third_party_rules import FORBIDDEN, LICENCES_FOUND, NOT_MENTIONED, UNKNOWN, WEAK_COPYLEFT
from atr.domain.check import Finding, FindingData, Rule
from atr.domain.check_policy import ArtifactKind
from atr.domain.licence import FREEING, AnyLicence, LicenceCategory, OneLicence, evaluate, list_licences
from atr.formats.licence_expression import parse_expression

_EXAMPLES = 5
_UNMENTIONED = frozenset({"FSFUL", "FSFULLR", "FSFULLRWD"})  # what Autotools write
_MOST_SHOWN = 20
_MOST_LISTED = 200


def report_groups(
    view: ArchiveView, groups: Groups, mentions: Mentions | None, unknown: Sequence[str]
) -> Iterator[Finding]:
    """Yield the findings; without a LICENSE nothing is said about what it does not mention."""
    speaker = _Speaker(view)
    for (expression, _), group in sorted(groups.items()):
        if (judged := _judge(expression, view.kind)) is not None:
            yield speaker.tell(judged[0], expression, group, judged[1])
        if mentions is not None and not _is_mentioned(mentions, expression, group):
            yield speaker.tell(NOT_MENTIONED, expression, group, f"LICENSE does not mention {expression}")
    if unknown:
        group = FileGroup(len(unknown), list(unknown[:_MOST_SHOWN]))
        yield speaker.tell(UNKNOWN, "NOASSERTION", group, "it is a licence text that is not on the SPDX list")
    if groups:
        yield _list_found(view, groups)


def _judge(expression: str, kind: ArtifactKind) -> tuple[Rule, str] | None:
    """Return the rule that a licence breaks, and the words for it."""
    category = evaluate(parse_expression(expression))
    if category is LicenceCategory.FORBIDDEN:
        return FORBIDDEN, f"the words are those of {expression}, which must not be in a release"
    if category is LicenceCategory.WEAK_COPYLEFT and kind is ArtifactKind.SOURCE:
        return WEAK_COPYLEFT, f"the words are those of {expression}, which belongs in binaries only"
    if category is LicenceCategory.UNKNOWN:
        return UNKNOWN, f"{expression} is in no category of the policy"
    return None


class _Speaker:
    """Makes findings, each at the first file where the rule has not spoken yet."""

    def __init__(self, view: ArchiveView) -> None:
        self._artifact = view.entry.path
        self._used: set[tuple[str, str]] = set()

    def tell(self, rule: Rule, expression: str, group: FileGroup, words: str) -> Finding:
        """Return a finding about a group of files."""
        paths = sorted(group.paths)
        place = next((path for path in paths if (rule.id, path) not in self._used), paths[0])
        self._used.add((rule.id, place))
        others = f" and {group.count - 1} more" if group.count > 1 else ""
        data: Mapping[str, FindingData] = {
            "licences": (expression,),
            "files": group.count,
            "examples": tuple(paths[:_EXAMPLES]),
        }
        return make_finding(rule, self._artifact, f"{place}{others}: {words}.", member=place, data=data)


def _is_mentioned(mentions: Mentions, expression: str, group: FileGroup) -> bool:
    if expression in _UNMENTIONED or _is_freed(expression):
        return True
    if mentions.names_licence(list_licences(parse_expression(expression))):
        return True
    return all(
        mentions.names_path(path.partition("/")[2]) or mentions.names_part(path.rpartition("/")[0])
        for path in group.paths
    )


def _is_freed(expression: str) -> bool:
    """Tell whether a file is what a build tool has made, which an exception frees from the tool's licence."""
    tree = parse_expression(expression)
    choices = tree.parts if isinstance(tree, AnyLicence) else (tree,)
    return any(isinstance(each, OneLicence) and each.exception in FREEING for each in choices)


def _list_found(view: ArchiveView, groups: Groups) -> Finding:
    counts: Counter[str] = Counter()
    for (expression, _), group in groups.items():
        counts[expression] += group.count
    listed = sorted(counts, key=lambda each: (-counts[each], each))
    words = ", ".join(f"{each} ({counts[each]})" for each in listed[:_MOST_SHOWN])
    more = f" and {len(listed) - _MOST_SHOWN} more" if len(listed) > _MOST_SHOWN else ""
    message = f"By their words, files are under these licences besides the project's: {words}{more}."
    data: Mapping[str, FindingData] = {
        "licences": tuple(listed[:_MOST_LISTED]),
        "files": counts.total(),
    }
    return make_finding(LICENCES_FOUND, view.entry.path, message, data=data)
