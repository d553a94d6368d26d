# SPDX-License-Identifier: Apache-2.0
"""LICENSE, NOTICE and DISCLAIMER: that they are where people look for them, and say what they must."""

import re
from collections.abc import Iterable, Iterator

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.checks.expected_texts import LEAST_WORDS, compare_licence, read_words, share_words
from atr.checks.licence_places import LegalFile, LegalFiles, LegalKind
from atr.checks.licence_rules import (
    DISCLAIMER_MISSING,
    DISCLAIMER_TEXT,
    DISCLAIMER_WORDS,
    LICENCE_MISSING,
    LICENCE_NOT_FIRST,
    LICENCE_SEVERAL,
    LICENCE_TEXT,
    NOT_A_FILE,
    NOTICE_ATTRIBUTION,
    NOTICE_COPYRIGHT,
    NOTICE_MISSING,
    NOTICE_PRODUCT,
    NOTICE_SEVERAL,
    RULES,
)
from atr.domain.check import Finding, Rule
from atr.domain.check_policy import ArtifactKind
from atr.formats.archive import find_suffix
from atr.formats.member import Member

_COPYRIGHT = re.compile(r"(?im)^[^\w\n]*(?:copyright|\(c\)|©).*[0-9]{4}")
_ATTRIBUTION = "this product includes software developed"
_INCUBATION = re.compile(r"incubat(ion|ing|or)")


class _Licences:
    """Follows a pass, keeping the few files that have a legal name at a legal place."""

    def __init__(self, view: ArchiveView) -> None:
        self._view = view
        self._path = view.entry.path
        self._legal = LegalFiles(find_suffix(view.name) or "")

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        del head
        return self._legal.take(member)

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        if not outcome.complete or self._view.kind is ArtifactKind.OTHER:
            return
        yield from self._examine_licence(self._legal.find(LegalKind.LICENCE))
        yield from self._examine_notice(self._legal.find(LegalKind.NOTICE))
        if self._view.facts.podling:
            yield from self._examine_disclaimer(self._legal.find(LegalKind.DISCLAIMER))

    def _examine_licence(self, found: list[LegalFile]) -> Iterator[Finding]:
        yield from self._count(LegalKind.LICENCE, found, LICENCE_MISSING, LICENCE_SEVERAL)
        told = [(file, tuple(self._examine_text(file))) for file in found if file.is_file]
        if self._view.kind is ArtifactKind.BINARY and any(not findings for _, findings in told):
            return  # jars gather LICENSE and LICENSE.txt of their parts
        for _, findings in told:
            yield from findings

    def _examine_text(self, file: LegalFile) -> Iterator[Finding]:
        policy = self._view.facts.policy
        result = compare_licence(file.text, policy)
        if not result.is_complete:
            message = f"{file.path} does not begin with the complete text of {policy.licence}: "
            message += f"after {result.position} words stands '{result.shown}'."
            data = {"word": result.position}
            yield make_finding(LICENCE_TEXT, self._path, message, member=file.path, data=data)
        elif not result.is_first:
            yield self._about(LICENCE_NOT_FIRST, file, f"contains {policy.licence}, but begins otherwise")

    def _examine_notice(self, found: list[LegalFile]) -> Iterator[Finding]:
        yield from self._count(LegalKind.NOTICE, found, NOTICE_MISSING, NOTICE_SEVERAL)
        for file in _only_files(found):
            first = next((line.strip() for line in file.text.splitlines() if line.strip()), "")
            if not first or _COPYRIGHT.match(first):
                yield self._about(NOTICE_PRODUCT, file, "does not begin with the name of the product")
            if not _COPYRIGHT.search(file.text):
                yield self._about(NOTICE_COPYRIGHT, file, "has no copyright line with a year")
            wanted = read_words(self._view.facts.policy.notice_attribution or _ATTRIBUTION)
            if " ".join(wanted) not in " ".join(read_words(file.text)):
                yield self._about(NOTICE_ATTRIBUTION, file, f"does not say '{' '.join(wanted)}'")

    def _examine_disclaimer(self, found: list[LegalFile]) -> Iterator[Finding]:
        yield from self._count(LegalKind.DISCLAIMER, found, DISCLAIMER_MISSING, None)
        for file in _only_files(found):
            if not _INCUBATION.search(file.text.lower()):
                yield self._about(DISCLAIMER_TEXT, file, "does not say that the project is in incubation")
                continue
            texts = ("DISCLAIMER.txt", "DISCLAIMER-WIP.txt") if "-WIP" in file.path else ("DISCLAIMER.txt",)
            shares = {text: share_words(file.text, text) for text in texts}
            if min(shares.values()) < LEAST_WORDS:
                missing = min(shares, key=lambda text: shares[text]).removesuffix(".txt")
                percent = round(100 * min(shares.values()))
                words = f"has {percent} % of the words of the Incubator's text for {missing}"
                yield self._about(DISCLAIMER_WORDS, file, words)

    def _count(
        self, kind: LegalKind, found: list[LegalFile], missing: Rule, several: Rule | None
    ) -> Iterator[Finding]:
        for file in found:
            if not file.is_file:
                yield self._about(NOT_A_FILE, file, "is no file of its own")
        if not found:
            elsewhere = self._legal.find_elsewhere(kind)
            message = f"There is no {kind.upper()} {self._legal.place}"
            message += f"; {elsewhere} is elsewhere." if elsewhere else "."
            yield make_finding(missing, self._path, message)
        if len(found) > 1 and several is not None and self._view.kind is ArtifactKind.SOURCE:
            names = tuple(file.path for file in found)
            yield make_finding(several, self._path, f"There are {', '.join(names)}.", data={"found": names})

    def _about(self, rule: Rule, file: LegalFile, words: str) -> Finding:
        return make_finding(rule, self._path, f"{file.path} {words}.", member=file.path)


def _only_files(found: list[LegalFile]) -> Iterator[LegalFile]:
    return (file for file in found if file.is_file)


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: kind and format of the archive, and what the policy expects."""
    policy = view.facts.policy
    expected = (policy.licence, policy.licence_text, policy.notice_attribution)
    return (find_suffix(view.name) or "", view.kind, str(view.facts.podling), *expected)


# A gem keeps its files in an archive of its own.
LICENCES = ArchiveCheck("licence files", RULES, inputs, _Licences, looks_into_nested=True)
