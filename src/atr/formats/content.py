# SPDX-License-Identifier: Apache-2.0
"""What a file is by its first bytes: text, something compiled, or other binary content; never by its name."""

from collections.abc import Callable
from enum import StrEnum


class ContentKind(StrEnum):
    """What the content of a file is."""

    EMPTY = "empty"
    TEXT = "text"
    BINARY = "binary"
    COMPILED = "compiled"


_TEXT = ContentKind.TEXT
_MARKS_OF_UNICODE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
# Bytes that no text in any encoding of one to three bytes has: control characters but \b \t \n \v \f \r ESC.
_NOT_IN_TEXT = bytes((*range(8), *range(14, 27), *range(28, 32)))
_ALL_BYTES = bytes(range(256))
_TEXT_BYTES = _ALL_BYTES.translate(None, _NOT_IN_TEXT)

_COMPILED_STARTS = {
    b"\x7fELF": "ELF",
    b"\xfe\xed\xfa\xce": "Mach-O",
    b"\xfe\xed\xfa\xcf": "Mach-O",
    b"\xce\xfa\xed\xfe": "Mach-O",
    b"\xcf\xfa\xed\xfe": "Mach-O",
    b"\xca\xfe\xba\xbf": "Mach-O",
    b"\0asm": "WebAssembly",
    b"BC\xc0\xde": "LLVM bitcode",
    b"\xde\xc0\x17\x0b": "LLVM bitcode",
    b"\x1bLua": "Lua bytecode",
    b"\x1bLJ\x01": "LuaJIT bytecode",
    b"\x1bLJ\x02": "LuaJIT bytecode",
    b";ELC": "Emacs Lisp bytecode",
    b"YARB": "Ruby bytecode",
}
_PYTHON_2 = frozenset({20121, 50428, 50823, 60202, 60717, *range(62011, 62230)})


def recognise_content(head: bytes) -> ContentKind:
    """Return what a file that begins with `head` is; 8 KiB are enough."""
    if not head:
        return ContentKind.EMPTY
    if recognise_compiled(head) is not None:
        return ContentKind.COMPILED
    if head.isascii():
        is_binary = b"\0" in head or head.startswith(b"%PDF-") or head[:64].translate(None, _TEXT_BYTES)
        return ContentKind.BINARY if is_binary else _TEXT
    return _TEXT if _is_unicode(head) or _has_no_control(head) else ContentKind.BINARY


def _is_unicode(head: bytes) -> bool:
    if head.startswith(_MARKS_OF_UNICODE):
        return recognise_media(head) is None
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut where the head ends, but only there.
        return len(head) - error.start < 4 and error.reason == "unexpected end of data"
    return True


def _has_no_control(head: bytes) -> bool:
    """Tell whether it may be text in Latin-1, Shift-JIS, GBK or the like."""
    return recognise_media(head) is None and len(head.translate(None, _TEXT_BYTES)) == 0


def recognise_compiled(head: bytes) -> str | None:
    """Return what kind of compiled code begins like this, or None."""
    start = head[:4]
    found = _COMPILED_STARTS.get(start)
    if found is not None:
        return found
    look = _COMPILED_FORMS.get(start[:2]) or (_name_python if start[2:] == b"\r\n" else None)
    return None if look is None else look(head)


def _name_cafebabe(head: bytes) -> str | None:
    """Tell Java classes, whose version is 45 or more, from fat binaries, which hold fewer programs."""
    if not head.startswith(b"\xca\xfe\xba\xbe") or len(head) < 8:
        return None
    return "Mach-O" if int.from_bytes(head[4:8]) < 45 else "Java class"


def _name_mz(head: bytes) -> str | None:
    """Tell a program from a text that begins with these two letters; find the header of .NET."""
    if len(head) < 64 or b"\0" not in head[:64]:
        return None
    at = int.from_bytes(head[60:64], "little")
    if head[at : at + 4] != b"PE\0\0":
        return "PE"
    optional = at + 24
    directories = optional + (112 if head[optional : optional + 2] == b"\x0b\x02" else 96)
    runtime = head[directories + 14 * 8 : directories + 14 * 8 + 4]
    return ".NET assembly" if any(runtime) else "PE"


def _name_python(head: bytes) -> str | None:
    """Know the magic numbers of CPython and PyPy; a short line of text may look alike but has no NUL."""
    number = int.from_bytes(head[:2], "little")
    known = 2990 <= number < 4200 or number in _PYTHON_2 or 48 <= number < 600
    return "Python bytecode" if known and b"\0" in head[4:24] else None


def _name_archive(head: bytes) -> str | None:
    if not head.startswith((b"!<arch>\n", b"!<thin>\n")):
        return None
    return "Debian package" if head.startswith(b"debian-binary", 8) else "static library"


def _name_object(head: bytes) -> str | None:
    """Recognise object files of Windows: machine, few sections, no optional header."""
    sections, optional = int.from_bytes(head[2:4], "little"), head[16:18]
    symbols = int.from_bytes(head[8:12], "little")
    known = len(head) >= 60 and 0 < sections < 1000 and optional == b"\0\0" and symbols > 20
    return "COFF object" if known and b"\0" in head[20:60] else None


_LONG_STARTS = (
    (b"dex\n0", "Dalvik bytecode"),
    (b"dey\n0", "Dalvik bytecode"),
    (b"Caml1999", "OCaml object"),
    (b"Microsoft C/C++ MSF ", "program database"),
)


def _name_long(head: bytes) -> str | None:
    return next((name for start, name in _LONG_STARTS if head.startswith(start)), None)


def _name_beam(head: bytes) -> str | None:
    return "Erlang bytecode" if head.startswith(b"FOR1") and head[8:12] == b"BEAM" else None


def _name_flash(head: bytes) -> str | None:
    """Recognise Flash: three letters, a version, and a length below 150 MB, whose last byte no text has."""
    return "Flash" if len(head) > 8 and head[2:3] == b"S" and head[3] < 60 and head[7] < 9 else None


_COMPILED_FORMS: dict[bytes, Callable[[bytes], str | None]] = {
    b"\xca\xfe": _name_cafebabe,
    b"MZ": _name_mz,
    b"!<": _name_archive,
    b"\x4c\x01": _name_object,
    b"\x64\x86": _name_object,
    b"\x64\xaa": _name_object,
    b"de": _name_long,
    b"Ca": _name_long,
    b"Mi": _name_long,
    b"FO": _name_beam,
    b"FW": _name_flash,
    b"CW": _name_flash,
    b"ZW": _name_flash,
}

_MEDIA_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"\0\0\1\0", "icon"),
    (b"\0\0\2\0", "cursor"),
    (b"icns", "icon"),
    (b"II*\0", "TIFF image"),
    (b"MM\0*", "TIFF image"),
    (b"8BPS", "Photoshop image"),
    (b"gimp xcf", "GIMP image"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000 image"),
    (b"%PDF-", "PDF"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"OTTO", "font"),
    (b"ttcf", "font"),
    (b"true\0", "font"),
    (b"\0\1\0\0\0", "font"),
    (b"OggS", "Ogg media"),
    (b"fLaC", "audio"),
    (b"ID3", "audio"),
    (b"\xff\xfb", "audio"),
    (b"\xff\xf3", "audio"),
    (b"MThd", "audio"),
    (b"\x1aE\xdf\xa3", "video"),
)
_RIFF = {b"WAVE": "audio", b"WEBP": "WebP image", b"AVI ": "video"}


def recognise_media(head: bytes) -> str | None:
    """Return what kind of image, font, sound, film or PDF begins like this, or None."""
    for start, name in _MEDIA_STARTS:
        if head.startswith(start):
            return name
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "AVIF image" if head[8:12] in {b"avif", b"heic", b"mif1"} else "video"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "BMP image"
    return "font" if head[34:36] == b"LP" and head[8:11] in {b"\2\0\2", b"\1\0\2", b"\0\0\1"} else None
