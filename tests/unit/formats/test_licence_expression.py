# SPDX-License-Identifier: Apache-2.0
"""SPDX expressions, read and written."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.licence import AllLicences, AnyLicence, OneLicence
from atr.formats.licence_expression import name_licence, parse_expression, write_expression


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("apache-2.0 or mit", "Apache-2.0 OR MIT"),
        ("MIT AND (ISC OR GPL-2.0-only)", "MIT AND (ISC OR GPL-2.0-only)"),
        ("(MIT AND ISC) OR BSD-2-Clause", "MIT AND ISC OR BSD-2-Clause"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
        ("GPL-2.0+", "GPL-2.0+"),
        ("LicenseRef-own", "LicenseRef-own"),
        ("DocumentRef-x:LicenseRef-own", "DocumentRef-x:LicenseRef-own"),
        ("Some Odd Licence", "LicenseRef-Some-Odd-Licence"),
        ("NOASSERTION", "NOASSERTION"),
        ("none", "NOASSERTION"),
    ],
)
def test_an_expression_is_read_and_written_as_spdx_spells_it(text: str, written: str) -> None:
    assert write_expression(parse_expression(text)) == written


def test_the_tree_is_the_domain_s_own() -> None:
    tree = parse_expression("MIT AND (ISC OR GPL-2.0-only WITH Linux-syscall-note)")
    assert tree == AllLicences(
        (OneLicence("MIT"), AnyLicence((OneLicence("ISC"), OneLicence("GPL-2.0-only", "Linux-syscall-note"))))
    )


@pytest.mark.parametrize("text", ["", "  ", "(MIT", "MIT AND", "MIT OR OR ISC", "MIT/X11", "x" * 1001])
def test_what_is_no_expression_is_invalid(text: str) -> None:
    with pytest.raises(Invalid):
        parse_expression(text)


def test_the_same_name_gives_the_same_reference() -> None:
    assert name_licence(" My, Own (Licence) ") == name_licence("My, Own (Licence)")


def test_brackets_around_nothing_are_no_expression() -> None:
    """Found by fuzzing: the library stumbles over them."""
    with pytest.raises(Invalid):
        parse_expression("()")
