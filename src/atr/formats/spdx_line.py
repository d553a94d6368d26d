# SPDX-License-Identifier: Apache-2.0
"""The one line by which a file names its licence: `SPDX-License-Identifier: Apache-2.0`."""

import re
from dataclasses import dataclass

from atr.domain.errors import Invalid
from atr.domain.licence import list_licences
from atr.formats.licence_expression import parse_expression

_TAG = re.compile(rb"(?i)spdx[-_ ]licen[cs]e[-_ ]identifier[ \t]*:?[ \t]*([^\r\n]{0,200})")
EXACT_TAG = b"SPDX-License-Identifier:"
# Where a comment ends on the same line, or the licence is inside of quotes.
_END = re.compile(r"\s*(?:\*/|\*\)|-->|--%>|%>|#\}|-\}|\}\}|[\"'`,;]|\\n|<|$).*")
_FREE_NAME = ("licenseref-", "documentref-")


@dataclass(frozen=True, slots=True)
class SpdxLine:
    """The licence expression of a file as it stands there, and whether it is one."""

    expression: str
    is_valid: bool = True


def find_spdx_line(head: bytes, usual: str = "Apache-2.0") -> SpdxLine | None:
    """Return the first SPDX line, rather one in the exact form; an unknown licence makes it no valid one.

    The list of licences is not even opened for the usual one.
    """
    found = _TAG.search(head, max(0, head.find(EXACT_TAG)))
    if found is None:
        return None
    text = _END.sub("", found[1].decode("utf-8", "replace"), count=1).strip().strip("|*#~").strip()
    is_known = text.lower() == usual.lower() or _is_expression(text)
    return SpdxLine(text, is_known and found[0].startswith(EXACT_TAG))


def _is_expression(text: str) -> bool:
    try:
        licences = list_licences(parse_expression(text))
    except Invalid:
        return False
    own = text.lower()
    return all(not each.startswith("LicenseRef-") or each.lower() in own for each in licences)
