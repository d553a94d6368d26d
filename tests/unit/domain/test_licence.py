# SPDX-License-Identifier: Apache-2.0
"""Categories of licences, alone and in expressions."""

import pytest

from atr.domain.licence import (
    AllLicences,
    AnyLicence,
    LicenceCategory,
    LicenceExpression,
    OneLicence,
    categorise,
    evaluate,
    list_licences,
)

A, B, X = LicenceCategory.PERMISSIVE, LicenceCategory.WEAK_COPYLEFT, LicenceCategory.FORBIDDEN
UNKNOWN = LicenceCategory.UNKNOWN
MIT, EPL, GPL, ODD = map(OneLicence, ("MIT", "EPL-2.0", "GPL-2.0-only", "LicenseRef-Odd"))


@pytest.mark.parametrize(
    ("licence", "category"),
    [
        ("Apache-2.0", A),
        ("apache-2.0", A),
        ("BSD-3-Clause", A),
        ("Unlicense", A),
        ("LicenseRef-Public-Domain", A),
        ("MPL-2.0", B),
        ("CDDL-1.1", B),
        ("OFL-1.1", B),
        ("CC-BY-4.0", B),
        ("GPL-2.0+", X),
        ("LGPL-3.0-or-later", X),
        ("AGPL-3.0-only", X),
        ("CC-BY-NC-SA-4.0", X),
        ("CC-BY-ND-4.0", X),
        ("BSD-4-Clause", X),
        ("JSON", X),
        ("SSPL-1.0", X),
        ("BUSL-1.1", X),
        ("PolyForm-Noncommercial-1.0.0", X),
        ("EUPL-1.2", UNKNOWN),
        ("LicenseRef-Odd", UNKNOWN),
    ],
)
def test_a_licence_is_in_the_category_of_the_policy(licence: str, category: LicenceCategory) -> None:
    assert categorise(licence) is category


@pytest.mark.parametrize(
    ("expression", "category"),
    [
        (AnyLicence((GPL, MIT)), A),
        (AnyLicence((GPL, ODD)), UNKNOWN),
        (AnyLicence((ODD, EPL)), B),
        (AllLicences((MIT, EPL)), B),
        (AllLicences((MIT, ODD)), UNKNOWN),
        (AllLicences((ODD, GPL)), X),
        (AllLicences((MIT, AnyLicence((EPL, GPL)))), B),
        (OneLicence("GPL-2.0-only", "Classpath-exception-2.0"), X),
        (OneLicence("GPL-3.0-or-later", "Bison-exception-2.2"), A),
        (OneLicence("Apache-2.0", "LLVM-exception"), A),
        (OneLicence("LGPL-2.1-only", "Autoconf-exception-2.0"), X),
    ],
)
def test_a_choice_takes_the_best_and_a_sum_the_worst(
    expression: LicenceExpression, category: LicenceCategory
) -> None:
    assert evaluate(expression) is category


def test_the_licences_of_an_expression_are_listed_once() -> None:
    expression = AnyLicence((AllLicences((MIT, EPL)), MIT, GPL))
    assert list_licences(expression) == ("MIT", "EPL-2.0", "GPL-2.0-only")


def test_categories_are_ranked_from_best_to_worst() -> None:
    assert sorted(LicenceCategory, key=lambda each: each.rank) == [A, B, UNKNOWN, X]
