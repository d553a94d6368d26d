# SPDX-License-Identifier: Apache-2.0
"""What the author of a mail wrote: without quotes, attributions, signatures, forwarded mail and footers."""

import re
from collections.abc import Sequence

from atr.formats.quoting_words import (
    ATTRIBUTION_START,
    DEVICE,
    FOOTER,
    FROM_FIELD,
    OLD_MAIL,
    OTHER_FIELD,
    says_who_wrote,
)

_SEEN = 400
_MOST_HEADER_LINES = 8
_WRAPPED_FROM = 60
_QUOTE = re.compile(r"\s{0,3}(?:[>\u203a\uff1e]|\||[A-Za-z]{1,10}(?<!http)>)")
_COLONS = ":\uff1a"
_SHORTENED = re.compile(
    r"\s{0,3}(?:[\[(<{].{0,60}[\])>}]|\.{2,9}|\u2026|-{0,9}\s?(?:snip|cut)\s?-{0,9})\s*", re.IGNORECASE
)
_RULE = re.compile(r"\s{0,3}[-_=*]{5,}\s*")
_GAP = re.compile(r"\n{3,}")
_CLEARSIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_PGP_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"


def find_authored(text: str, template: str = "") -> str:
    """Return what the author wrote; `template` is the call for votes, which is nobody's answer."""
    if _CLEARSIGNED in text:
        text = _open_clearsigned(text)
    lines = [line.rstrip() for line in text.split("\n")]
    lines = _drop_quotes(lines[: _find_end(lines)])
    if template:
        lines = _drop_template(lines, template)
    return close_gaps("\n".join(lines)).strip("\n")


def close_gaps(text: str) -> str:
    """Return the text with one empty line where there were several."""
    return _GAP.sub("\n\n", text) if "\n\n\n" in text else text


def _open_clearsigned(text: str) -> str:
    """Take the signed text out of its frame, dashes unescaped (RFC 9580, section 7.1)."""
    before, _, signed = text.partition(_CLEARSIGNED)
    signed, ending, after = signed.partition(_PGP_SIGNATURE)
    body = signed.partition("\n\n")[2] if ending else signed
    plain = "\n".join(line.removeprefix("- ") for line in body.split("\n"))
    return f"{before}\n{plain}\n{after.partition('-----END PGP SIGNATURE-----')[2]}"


def _find_end(lines: Sequence[str]) -> int:
    """Return the line at which a signature, an unmarked quote, a forwarded mail or a footer begins."""
    for at, line in enumerate(lines):
        if line and _ends_here(lines, at, line[:_SEEN]):
            return at
    return len(lines)


def _ends_here(lines: Sequence[str], at: int, line: str) -> bool:
    if line[0] in "-_=*" and (line == "--" or _is_footer_rule(lines, at, line)):
        return True
    if lines[at][-1] in _COLONS and _begins_unmarked(lines, at):
        return True
    if OLD_MAIL.match(line) or FOOTER.match(line):
        return True
    return _has_colon(line) and FROM_FIELD.match(line) is not None and _begins_header(lines, at)


def _has_colon(line: str) -> bool:
    return ":" in line or "\uff1a" in line


def _begins_unmarked(lines: Sequence[str], at: int) -> bool:
    """Tell whether the line says who wrote what follows, and nothing marks what follows as quoted."""
    return not _introduces_quote(lines, at) and _find_attribution(lines, at) is not None


def _is_footer_rule(lines: Sequence[str], at: int, line: str) -> bool:
    """Tell whether the rule stands above what a mailing list adds, or above a quoted mail."""
    if not _RULE.fullmatch(line):
        return False
    following = next((at for at in range(at + 1, min(at + 4, len(lines))) if lines[at]), None)
    if following is None:
        return False
    below = lines[following][:_SEEN]
    return bool(FOOTER.match(below)) or (bool(FROM_FIELD.match(below)) and _begins_header(lines, following))


def _begins_header(lines: Sequence[str], at: int) -> bool:
    """Tell whether two more fields of an old mail's header follow a From, as Outlook writes them."""
    below = lines[at + 1 : at + _MOST_HEADER_LINES]
    return sum(OTHER_FIELD.match(line[:_SEEN]) is not None for line in below) >= 2


def _find_attribution(lines: Sequence[str], at: int) -> int | None:
    """Return where the attribution begins that ends in this line (`On ... wrote:`); None when it is none."""
    line = lines[at][-_SEEN:]
    if not says_who_wrote(line):
        return None
    for begun in range(at, max(-1, at - 4), -1):
        if not lines[begun] or _is_quote(lines[begun]):
            break
        if ATTRIBUTION_START.match(lines[begun][:_SEEN]):
            return begun
    return at if "@" in line or any(each.isdigit() for each in line) else None


def _is_quote(line: str) -> bool:
    return _QUOTE.match(line) is not None


def _drop_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[int] = []
    for at, line in enumerate(lines):
        if not line:
            kept.append(at)
        elif _is_quote(line) or _is_wrapped_quote(lines, at) or DEVICE.match(line):
            continue
        elif line[-1] in _COLONS and _introduces_quote(lines, at):
            begun = _find_attribution(lines, at)
            while kept and begun is not None and kept[-1] >= begun:
                kept.pop()
        else:
            kept.append(at)
    return [lines[at] for at in kept]


def _introduces_quote(lines: Sequence[str], at: int) -> bool:
    """Tell whether the line ends an attribution, with the marked quote below it, shortened perhaps."""
    if not says_who_wrote(lines[at][-_SEEN:]):
        return False
    below = [line for line in lines[at + 1 : at + 6] if line and not _SHORTENED.fullmatch(line)]
    return bool(below) and _is_quote(below[0])


def _is_wrapped_quote(lines: Sequence[str], at: int) -> bool:
    """Tell whether a mail program broke a long quoted line here and lost the mark of its second half."""
    if at == 0 or at + 1 >= len(lines):
        return False
    before = lines[at - 1]
    return len(before) >= _WRAPPED_FROM and _is_quote(before) and _is_quote(lines[at + 1])


def _drop_template(lines: Sequence[str], template: str) -> list[str]:
    """Leave out what stands in the template; of its options a single one is the answer of its author."""
    known = {" ".join(line.split()) for line in template.splitlines()} - {""}
    plain = [" ".join(line.split()) for line in lines]
    options = {line for line in plain if line in known and _is_option(line)}
    dropped = known - options if len(options) == 1 else known
    return [line for line, bare in zip(lines, plain, strict=True) if bare not in dropped]


def _is_option(line: str) -> bool:
    return re.match(r"[*\s-]{0,4}[+-]?[01]\b", line) is not None
