# SPDX-License-Identifier: Apache-2.0
"""Parts of third parties: under which licences they are, by the headers of files and by licence files."""

from collections.abc import Iterable

from atr.checks.bundled_texts import LicenceTexts, is_licence_name
from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome
from atr.checks.licence_mentions import Mentions
from atr.checks.licence_places import LegalFiles, LegalKind
from atr.checks.third_party_groups import Groups, add_file, gather_groups
from atr.checks.third_party_report import report_groups
from atr.checks.third_party_rules import RULES
from atr.domain.check import Finding
from atr.domain.check_policy import ArtifactKind
from atr.formats.archive import find_suffix
from atr.formats.licence_header import classify_header, has_licence_hint
from atr.formats.licence_index import LIST_VERSION
from atr.formats.member import Member, MemberKind

_OWN_PHRASE = b"Licensed to the Apache Software Foundation"
_OWN_TAG = b"SPDX-License-Identifier: Apache-2.0\n"
# Prose and data talk about licences without being under them.
_TALK = (
    ".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc", ".asciidoc", ".textile", ".csv",
    ".tsv", ".ipynb", ".json", ".lock", ".po", ".pot", ".log", ".patch", ".diff", "PKG-INFO",
    "METADATA", "NOTICE",
)  # fmt: skip


class _ThirdParties:
    """Follows a pass, noting what is under a licence that is not the project's."""

    def __init__(self, view: ArchiveView) -> None:
        self._view = view
        self._own = view.facts.policy.licence
        self._legal = LegalFiles(find_suffix(view.name) or "")
        self._texts = LicenceTexts(self._own)
        self._headers: Groups = {}
        self._is_apache = self._own == "Apache-2.0"

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        if member.containers or member.kind is not MemberKind.FILE:
            return None
        path = member.path
        name = path[path.rfind("/") + 1 :]
        if is_licence_name(name):
            return self._take_text(member, path)
        if self._is_apache and (_OWN_PHRASE in head or _OWN_TAG in head):
            return None
        if has_licence_hint(head) and not path.endswith(_TALK):
            for expression in classify_header(head.decode("utf-8", "replace")):
                add_file(self._headers, expression, path.removeprefix("./"))
        return None

    def _take_text(self, member: Member, path: str) -> Consumer | None:
        own = self._legal.take(member)
        other = self._texts.take(path.removeprefix("./"), member.size)
        if own is None or other is None:
            return own or other

        def feed(chunk: bytes) -> None:
            own(chunk)
            other(chunk)

        return feed

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        self._texts.finish()
        if not outcome.complete or self._view.kind is ArtifactKind.OTHER:
            return ()
        own = {file.path: file for file in self._legal.find(LegalKind.LICENCE) if file.is_file}
        texts = {path: licences for path, licences in self._texts.found.items() if path not in own}
        groups = gather_groups(self._headers, texts, self._own)
        document = next(iter(own.values()), None)
        mentions = None if document is None else Mentions(document.text, self._own, texts)
        unknown = [path for path in self._texts.unknown if path not in own]
        return tuple(report_groups(self._view, groups, mentions, unknown))


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: kind and format of the archive, the project's licence, the list."""
    return (find_suffix(view.name) or "", view.kind, view.facts.policy.licence, LIST_VERSION)


THIRD_PARTY = ArchiveCheck("third parties", RULES, inputs, _ThirdParties)
