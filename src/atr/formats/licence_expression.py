# SPDX-License-Identifier: Apache-2.0
"""SPDX licence expressions, read with the license-expression library into the domain's own tree."""

import re
from functools import cache, lru_cache
from typing import Any

from boolean.boolean import ParseError  # type: ignore[import-untyped]
from license_expression import (  # type: ignore[import-untyped]
    AND,
    OR,
    ExpressionError,
    LicenseWithExceptionSymbol,
    Licensing,
)

from atr.domain.errors import Invalid
from atr.domain.licence import AllLicences, AnyLicence, LicenceExpression, OneLicence
from atr.formats.licence_index import load_index

_NO_LICENCE = frozenset({"noassertion", "none"})
_FOREIGN = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST = 1000


@lru_cache(maxsize=512)
def parse_expression(text: str) -> LicenceExpression:
    """Return the expression; an id that is not on the list becomes a `LicenseRef-`; raise Invalid."""
    if len(text) > _LONGEST:
        raise Invalid.field("licence", f"It has {len(text)} characters, which is no licence expression.")
    try:
        tree = Licensing().parse(text)
    except (ExpressionError, ParseError, IndexError, RecursionError) as error:  # IndexError: for "()"
        raise Invalid.field("licence", f"'{text}' is no licence expression: {error}") from error
    if tree is None:
        raise Invalid.field("licence", "The licence expression is empty.")
    return _convert(tree)


def _convert(tree: Any) -> LicenceExpression:
    if isinstance(tree, AND):
        return AllLicences(tuple(map(_convert, tree.args)))
    if isinstance(tree, OR):
        return AnyLicence(tuple(map(_convert, tree.args)))
    if isinstance(tree, LicenseWithExceptionSymbol):
        return OneLicence(name_licence(tree.license_symbol.key), str(tree.exception_symbol.key))
    return OneLicence(name_licence(tree.key))


def name_licence(text: str) -> str:
    """Return the id as the list spells it, or a `LicenseRef-` made of what is no id."""
    key = text.strip().lower()
    if key in _NO_LICENCE:
        return "NOASSERTION"
    if (listed := _spellings().get(key)) is not None:
        return listed
    if key.startswith(("licenseref-", "documentref-")):
        return text.strip()
    return f"LicenseRef-{_FOREIGN.sub('-', text.strip())}"


@cache
def _spellings() -> dict[str, str]:
    return {licence.lower(): licence for licence in load_index().names}


def write_expression(expression: LicenceExpression) -> str:
    """Return the expression as SPDX writes it, with brackets only where they are needed."""
    match expression:
        case OneLicence():
            return f"{expression.id} WITH {expression.exception}" if expression.exception else expression.id
        case AnyLicence():
            return " OR ".join(map(write_expression, expression.parts))
        case AllLicences():
            return " AND ".join(
                f"({write_expression(part)})" if isinstance(part, AnyLicence) else write_expression(part)
                for part in expression.parts
            )
