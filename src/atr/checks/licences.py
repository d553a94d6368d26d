# SPDX-License-Identifier: Apache-2.0
"""LICENSE, NOTICE and DISCLAIMER: that they are where people look for them, and say what they must."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.checks.licence_places import LegalFile, LegalFiles, LegalKind
from atr.domain.check import Finding, Rule, Severity
from atr.domain.check_policy import ArtifactKind, CheckPolicy
from atr.formats.archive import find_suffix
from atr.formats.member import Member

_LICENCE = "Licensing policy: every artifact carries its licence"
_NOTICE = "Licensing policy: every artifact carries its notice"
_INCUBATOR = "Incubator policy: releases carry a disclaimer"


def _rule(name: str, title: str, clause: str, fix: str, severity: Severity = Severity.BLOCKER) -> Rule:
    return Rule(f"licence.{name}", severity, title, clause, fix)


LICENCE_MISSING = _rule(
    "missing", "An archive has no LICENSE", _LICENCE, "Add a file LICENSE at the root (in jars: META-INF)."
)
LICENCE_SEVERAL = _rule("several", "An archive has several LICENSE files", _LICENCE, "Keep one at the root.")
LICENCE_TEXT = _rule(
    "text",
    "LICENSE does not begin with the complete licence",
    _LICENCE,
    "Begin LICENSE with the unchanged text of the licence; put third-party licences after it.",
)
NOTICE_MISSING = _rule(
    "notice-missing", "An archive has no NOTICE", _NOTICE, "Add a file NOTICE beside LICENSE."
)
NOTICE_SEVERAL = _rule(
    "notice-several", "An archive has several NOTICE files", _NOTICE, "Keep one at the root."
)
NOTICE_PRODUCT = _rule(
    "notice-product",
    "NOTICE does not begin with the product's name",
    _NOTICE,
    "Let its first line be the name of the product.",
    Severity.CONCERN,
)
NOTICE_COPYRIGHT = _rule(
    "notice-copyright",
    "NOTICE has no copyright line",
    _NOTICE,
    "Add a line such as: Copyright 2020-2026 NAME.",
    Severity.CONCERN,
)
NOTICE_ATTRIBUTION = _rule(
    "notice-attribution",
    "NOTICE does not say who developed the product",
    _NOTICE,
    "Add the attribution that the project's policy asks for.",
    Severity.CONCERN,
)
DISCLAIMER_MISSING = _rule(
    "disclaimer-missing",
    "A podling's archive has no DISCLAIMER",
    _INCUBATOR,
    "Add DISCLAIMER or DISCLAIMER-WIP at the root.",
)
DISCLAIMER_TEXT = _rule(
    "disclaimer-text",
    "DISCLAIMER does not say that the project is in incubation",
    _INCUBATOR,
    "Use the Incubator's text unchanged.",
)
NOT_A_FILE = _rule(
    "not-a-file", "A legal file is a link or folder", _LICENCE, "Put the file itself into the archive."
)
_COPYRIGHT = re.compile(r"(?im)^\W*(?:copyright|\(c\)|©).*[0-9]{4}")
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
        return None if member.containers else self._legal.take(member)

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        if not outcome.complete or self._view.kind is ArtifactKind.OTHER:
            return
        yield from self._examine_licence(self._legal.find(LegalKind.LICENCE))
        yield from self._examine_notice(self._legal.find(LegalKind.NOTICE))
        if self._view.facts.podling:
            yield from self._examine_disclaimer(self._legal.find(LegalKind.DISCLAIMER))

    def _examine_licence(self, found: list[LegalFile]) -> Iterator[Finding]:
        yield from self._count("LICENSE", found, LICENCE_MISSING, LICENCE_SEVERAL)
        policy = self._view.facts.policy
        for file in _only_files(found):
            expected = _expected_words(policy)
            words = _read_words(file.text)
            if words[: len(expected)] != expected:
                message = f"{file.path} does not begin with the complete text of {policy.licence}"
                position = next(
                    (at for at, (a, b) in enumerate(zip(words, expected, strict=False)) if a != b), len(words)
                )
                shown = " ".join(words[position : position + 6]) or "the end of the file"
                message += f": after {position} words stands '{shown}'."
                yield make_finding(
                    LICENCE_TEXT, self._path, message, member=file.path, data={"word": position}
                )

    def _examine_notice(self, found: list[LegalFile]) -> Iterator[Finding]:
        yield from self._count("NOTICE", found, NOTICE_MISSING, NOTICE_SEVERAL)
        for file in _only_files(found):
            first = next((line.strip() for line in file.text.splitlines() if line.strip()), "")
            if not first or _COPYRIGHT.match(first):
                yield self._about(NOTICE_PRODUCT, file, "does not begin with the name of the product")
            if not _COPYRIGHT.search(file.text):
                yield self._about(NOTICE_COPYRIGHT, file, "has no copyright line with a year")
            wanted = _read_words(self._view.facts.policy.notice_attribution or _ATTRIBUTION)
            if " ".join(wanted) not in " ".join(_read_words(file.text)):
                yield self._about(NOTICE_ATTRIBUTION, file, f"does not say '{' '.join(wanted)}'")

    def _examine_disclaimer(self, found: list[LegalFile]) -> Iterator[Finding]:
        yield from self._count("DISCLAIMER", found, DISCLAIMER_MISSING, None)
        for file in _only_files(found):
            if not _INCUBATION.search(file.text.lower()):
                yield self._about(DISCLAIMER_TEXT, file, "does not say that the project is in incubation")

    def _count(
        self, name: str, found: list[LegalFile], missing: Rule, several: Rule | None
    ) -> Iterator[Finding]:
        for file in found:
            if not file.is_file:
                yield self._about(NOT_A_FILE, file, "is no file of its own")
        if not found:
            message = f"There is no {name} {self._legal.place}."
            yield make_finding(missing, self._path, message)
        if len(found) > 1 and several is not None:
            names = tuple(file.path for file in found)
            yield make_finding(several, self._path, f"There are {', '.join(names)}.", data={"found": names})

    def _about(self, rule: Rule, file: LegalFile, words: str) -> Finding:
        return make_finding(rule, self._path, f"{file.path} {words}.", member=file.path)


def _only_files(found: list[LegalFile]) -> Iterator[LegalFile]:
    return (file for file in found if file.is_file)


def _expected_words(policy: CheckPolicy) -> list[str]:
    return _read_words(policy.licence_text) if policy.licence_text else _load_words(policy.licence)


@cache
def _load_words(licence: str) -> list[str]:
    """Return the words of a licence that ATR knows by heart; raise FileNotFoundError for others."""
    resource = files("atr.checks") / "data" / f"{licence}.txt"
    return _read_words(resource.read_text("utf-8"))


def _read_words(text: str) -> list[str]:
    """Return the words alone, so that neither white space nor marks nor `https` make a difference."""
    return re.findall(r"[^\W_]+", text.lower().replace("https://", "http://"))


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: kind and format of the archive, and what the policy expects."""
    policy = view.facts.policy
    expected = (policy.licence, policy.licence_text, policy.notice_attribution)
    return (find_suffix(view.name) or "", view.kind, str(view.facts.podling), *expected)


LICENCES = ArchiveCheck(
    "licence files",
    (
        LICENCE_MISSING,
        LICENCE_SEVERAL,
        LICENCE_TEXT,
        NOTICE_MISSING,
        NOTICE_SEVERAL,
        NOTICE_PRODUCT,
        NOTICE_COPYRIGHT,
        NOTICE_ATTRIBUTION,
        DISCLAIMER_MISSING,
        DISCLAIMER_TEXT,
        NOT_A_FILE,
    ),
    inputs,
    _Licences,
)
