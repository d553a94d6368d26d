# SPDX-License-Identifier: Apache-2.0
"""The rules about LICENSE, NOTICE and DISCLAIMER."""

from atr.domain.check import Rule, Severity

_LICENCE = "Licensing policy: every artifact carries its licence"
_NOTICE = "Licensing policy: every artifact carries its notice"
_INCUBATOR = "Incubator policy: releases carry a disclaimer"


def _rule(
    name: str, title: str, clause: str, fix: str, severity: Severity = Severity.BLOCKER, version: int = 1
) -> Rule:
    return Rule(f"licence.{name}", severity, title, clause, fix, version)


LICENCE_MISSING = _rule(
    "missing",
    "An archive has no LICENSE",
    _LICENCE,
    "Add a file LICENSE at the root (in jars: META-INF).",
    version=2,
)
LICENCE_SEVERAL = _rule(
    "several", "A source archive has several LICENSE files", _LICENCE, "Keep one at the root.", version=2
)
LICENCE_TEXT = _rule(
    "text",
    "LICENSE does not contain the complete licence",
    _LICENCE,
    "Begin LICENSE with the unchanged text of the licence; put third-party licences after it.",
    version=2,
)
LICENCE_NOT_FIRST = _rule(
    "not-first",
    "LICENSE does not begin with the project's licence",
    _LICENCE,
    "Move the text of the project's own licence to the beginning of LICENSE.",
    Severity.CONCERN,
)
NOTICE_MISSING = _rule(
    "notice-missing", "An archive has no NOTICE", _NOTICE, "Add a file NOTICE beside LICENSE.", version=2
)
NOTICE_SEVERAL = _rule(
    "notice-several", "A source archive has several NOTICE files", _NOTICE, "Keep one at the root.", version=2
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
    "Use the Incubator's text with the project's name filled in.",
)
DISCLAIMER_WORDS = _rule(
    "disclaimer-words",
    "DISCLAIMER is not worded as the Incubator asks",
    _INCUBATOR,
    "Use the Incubator's text for DISCLAIMER or DISCLAIMER-WIP with the project's name filled in.",
    Severity.CONCERN,
)
NOT_A_FILE = _rule(
    "not-a-file",
    "A legal file is no file of its own",
    _LICENCE,
    "Put the file itself into the archive, not a link.",
    version=2,
)
RULES = (
    LICENCE_MISSING,
    LICENCE_SEVERAL,
    LICENCE_TEXT,
    LICENCE_NOT_FIRST,
    NOTICE_MISSING,
    NOTICE_SEVERAL,
    NOTICE_PRODUCT,
    NOTICE_COPYRIGHT,
    NOTICE_ATTRIBUTION,
    DISCLAIMER_MISSING,
    DISCLAIMER_TEXT,
    DISCLAIMER_WORDS,
    NOT_A_FILE,
)
