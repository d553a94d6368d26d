# SPDX-License-Identifier: Apache-2.0
"""The text of one part of a mail: transfer encoding, charset, and lines that flow."""

import binascii
import codecs
import re
from functools import lru_cache

# What mails call by one name and write in another (WHATWG Encoding, section 4.2).
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_ALIASES = {
    "ansi": "cp1252",
    "cp-850": "cp850",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949",
    "windows-31j": "cp932",
}
# Not charsets of text: names of hosts and Python's own escapes, some of them slow on long input.
_STRANGE = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"})
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@lru_cache(maxsize=256)
def find_codec(charset: str) -> str | None:
    """Return the codec that reads the charset as mails mean it; None when there is none."""
    name = charset.strip(" \"'").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    # Python has codecs from bytes to bytes as well, zlib among them, and says so only here.
    if found.name in _STRANGE or not getattr(found, "_is_text_encoding", False):
        return None
    return _WIDER.get(found.name, found.name)


def decode_text(data: bytes, charset: str) -> str:
    """Return the text; whatever the charset is called and however broken it is, something is read."""
    codec = find_codec(charset) if charset else "utf-8"
    if codec is None or codec == "utf-8":
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    else:
        text = data.decode(codec, "replace")
    return text.replace("\0", "") if "\0" in text else text


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Undo base64 or quoted-printable, as far as it can be undone; anything else is as it is."""
    match encoding.strip().lower():
        case "base64":
            sextets = _NOT_BASE64.sub(b"", data)
            whole = len(sextets) - (len(sextets) % 4 == 1)
            return binascii.a2b_base64(sextets[:whole] + b"===")
        case "quoted-printable":
            return binascii.a2b_qp(data)
        case _:
            return data


def join_flowed(text: str, *, delete_space: bool) -> str:
    """Return the text with flowed lines joined and space-stuffing undone; quotes stay marked (RFC 3676)."""
    paragraphs: list[list[str]] = []
    open_depth = -1  # how deep the line is quoted that the next one continues; -1 when none is open
    for line in text.split("\n"):
        depth, words = _split_quote(line)
        flows = words.endswith(" ") and words != "-- "
        if depth != open_depth or words == "-- ":
            paragraphs.append([">" * depth + " "] if depth else [])
        paragraphs[-1].append(words[:-1] if flows and delete_space else words)
        open_depth = depth if flows else -1
    return "\n".join(map("".join, paragraphs))


def _split_quote(line: str) -> tuple[int, str]:
    bare = line.lstrip(">")
    return len(line) - len(bare), bare.removeprefix(" ")
