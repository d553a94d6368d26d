# SPDX-License-Identifier: Apache-2.0
"""What licences of third parties mean for a release: the foundation's categories, and expressions.

Source of the table: ASF 3rd Party License Policy (https://www.apache.org/legal/resolved.html).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

# The output of these tools is free of the licence of the tool.
FREEING = frozenset(
    {
        "Autoconf-exception-2.0",
        "Autoconf-exception-3.0",
        "Autoconf-exception-generic",
        "Autoconf-exception-generic-3.0",
        "Autoconf-exception-macro",
        "Bison-exception-1.24",
        "Bison-exception-2.2",
        "Libtool-exception",
    }
)


class LicenceCategory(StrEnum):
    """What a licence allows, best first."""

    PERMISSIVE = "A"  # may be included
    WEAK_COPYLEFT = "B"  # may be included in binary form, labelled
    UNKNOWN = "unknown"  # somebody has to read it
    FORBIDDEN = "X"  # must not be included

    @property
    def rank(self) -> int:
        """Return the place in the order, 0 being the best."""
        return list(LicenceCategory).index(self)


@dataclass(frozen=True, slots=True)
class OneLicence:
    """A licence by its SPDX id, perhaps with an exception."""

    id: str
    exception: str = ""


@dataclass(frozen=True, slots=True)
class AllLicences:
    """Licences that all apply (`AND`)."""

    parts: tuple["LicenceExpression", ...]


@dataclass(frozen=True, slots=True)
class AnyLicence:
    """Licences of which one may be chosen (`OR`)."""

    parts: tuple["LicenceExpression", ...]


LicenceExpression = OneLicence | AllLicences | AnyLicence


def evaluate(expression: LicenceExpression) -> LicenceCategory:
    """Return the category of an expression: the best of a choice, the worst of what applies together."""
    match expression:
        case OneLicence():
            return categorise(expression.id, expression.exception)
        case AnyLicence():
            return min(map(evaluate, expression.parts), key=lambda each: each.rank)
        case AllLicences():
            return max(map(evaluate, expression.parts), key=lambda each: each.rank)
        case _:
            assert_never(expression)


def list_licences(expression: LicenceExpression) -> tuple[str, ...]:
    """Return the ids in an expression in their order, each once."""
    match expression:
        case OneLicence():
            return (expression.id,)
        case AnyLicence() | AllLicences():
            return tuple(dict.fromkeys(each for part in expression.parts for each in list_licences(part)))
        case _:
            assert_never(expression)


def categorise(licence: str, exception: str = "") -> LicenceCategory:
    """Return the category of one licence by SPDX id; upper and lower case do not matter, nor a `+`."""
    key = licence.lower().removesuffix("+")
    if exception.lower() in _FREEING and key.startswith("gpl-"):
        return LicenceCategory.PERMISSIVE
    if (listed := _TABLE.get(key)) is not None:
        return listed
    return next(
        (category for prefix, category in _PREFIXES if key.startswith(prefix)), LicenceCategory.UNKNOWN
    )


_FREEING = frozenset(exception.lower() for exception in FREEING)
_PERMISSIVE = """
    0BSD AFL-3.0 ANTLR-PD ANTLR-PD-fallback APAFML Apache-1.1 Apache-2.0 BSD-1-Clause BSD-2-Clause
    BSD-2-Clause-Darwin BSD-2-Clause-FreeBSD BSD-2-Clause-NetBSD BSD-2-Clause-Views
    BSD-2-Clause-first-lines BSD-3-Clause BSD-3-Clause-Clear BSD-3-Clause-HP BSD-3-Clause-LBNL
    BSD-3-Clause-Modification BSD-3-Clause-Open-MPI BSD-3-Clause-Sun BSD-3-Clause-flex BSD-Source-Code
    BSL-1.0 Bitstream-Vera BlueOak-1.0.0 CC-PDDC CC-PDM-1.0 CC0-1.0 CNRI-Python CNRI-Python-GPL-Compatible
    DOC FSFAP FSFUL FSFULLR FSFULLRWD HPND HPND-sell-variant ICU ISC ISC-Veillard Libpng MIT MIT-0 MIT-CMU
    MIT-Modern-Variant MIT-open-group MITNFA MS-PL MulanPSL-2.0 NCSA NIST-PD NIST-PD-fallback NTP OGC-1.0
    OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0 PHP-3.01 PSF-2.0 Plexus PostgreSQL Python-2.0 Python-2.0.1 SAX-PD
    SAX-PD-2.0 SMLNJ StandardML-NJ TCL UPL-1.0 Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016 Unlicense W3C
    W3C-19980720 W3C-20150513 WTFPL X11 X11-distribute-modifications-variant Xnet ZPL-2.0 ZPL-2.1 Zlib
    blessing bzip2-1.0.5 bzip2-1.0.6 curl dtoa libpng-2.0 libtiff zlib-acknowledgement
    LicenseRef-Public-Domain LicenseRef-Autoconf
"""
_WEAK = """
    CDDL-1.0 CDDL-1.1 CPL-1.0 EPL-1.0 EPL-2.0 ErlPL-1.1 IPA IPL-1.0 MPL-1.0 MPL-1.1 MPL-2.0
    MPL-2.0-no-copyleft-exception OFL-1.0 OFL-1.0-RFN OFL-1.0-no-RFN OFL-1.1 OFL-1.1-RFN OFL-1.1-no-RFN
    OSL-3.0 Ruby SPL-1.0 Ubuntu-font-1.0 UnRAR CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-2.5 CC-BY-SA-3.0
    CC-BY-SA-4.0
"""
_FORBIDDEN = """
    BSD-4-Clause BSD-4-Clause-UC BUSL-1.1 CPOL-1.02 Elastic-2.0 Hippocratic-2.1 JSON MS-LPL NPL-1.0
    NPL-1.1 QPL-1.0 QPL-1.0-INRIA-2004 SSPL-1.0 Sleepycat Parity-6.0.0 Parity-7.0.0
    LicenseRef-Commons-Clause LicenseRef-Facebook-Patents LicenseRef-Binary-Code-License
    LicenseRef-Confluent-Community-1.0
"""
_TABLE = {
    licence.lower(): category
    for text, category in (
        (_PERMISSIVE, LicenceCategory.PERMISSIVE),
        (_WEAK, LicenceCategory.WEAK_COPYLEFT),
        (_FORBIDDEN, LicenceCategory.FORBIDDEN),
    )
    for licence in text.split()
}
_PREFIXES = (
    ("gpl-", LicenceCategory.FORBIDDEN),
    ("lgpl-", LicenceCategory.FORBIDDEN),
    ("agpl-", LicenceCategory.FORBIDDEN),
    ("gfdl-", LicenceCategory.FORBIDDEN),
    ("cc-by-nc", LicenceCategory.FORBIDDEN),
    ("cc-by-nd", LicenceCategory.FORBIDDEN),
    ("polyform-", LicenceCategory.FORBIDDEN),
    ("fsl-", LicenceCategory.FORBIDDEN),
)
