# SPDX-License-Identifier: Apache-2.0
"""What content is by its first bytes."""

import py_compile
from pathlib import Path

import pytest
from hypothesis import given, strategies

from atr.formats.content import ContentKind, recognise_compiled, recognise_content, recognise_media


def make_pe(*, runtime: bool = False, wide: bool = False) -> bytes:
    """Return the headers of a Windows program, perhaps one for .NET."""
    magic, data = (b"\x0b\x02", 112) if wide else (b"\x0b\x01", 96)
    directories = bytearray(16 * 8)
    if runtime:
        directories[14 * 8 : 14 * 8 + 4] = b"\x08\x20\0\0"
    header = b"PE\0\0" + bytes(20) + magic + bytes(data - 2) + bytes(directories)
    return b"MZ" + bytes(58) + (64).to_bytes(4, "little") + header


COMPILED = [
    (b"\x7fELF\x02\x01\x01" + bytes(9), "ELF"),
    (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(20), "Java class"),
    (b"\xca\xfe\xba\xbe\0\x03\0\x2d" + bytes(20), "Java class"),
    (b"\xca\xfe\xba\xbe\0\0\0\x02" + bytes(20), "Mach-O"),
    (b"\xcf\xfa\xed\xfe\x07\0\0\x01", "Mach-O"),
    (b"\xfe\xed\xfa\xce\0\0\0\x12", "Mach-O"),
    (b"\0asm\x01\0\0\0", "WebAssembly"),
    (b"BC\xc0\xde\x35\x14", "LLVM bitcode"),
    (b"\xde\xc0\x17\x0b\0\0", "LLVM bitcode"),
    (b"!<arch>\n/               ", "static library"),
    (b"!<arch>\ndebian-binary   ", "Debian package"),
    (b"dex\n035\0", "Dalvik bytecode"),
    (b"Caml1999X030", "OCaml object"),
    (b"Microsoft C/C++ MSF 7.00\r\n\x1aDS", "program database"),
    (b"\x1bLua\x53\0", "Lua bytecode"),
    (b"FOR1\0\0\x04\x08BEAM", "Erlang bytecode"),
    (b"CWS\x0a\0\x20\0\0\x78\x9c", "Flash"),
    (b"\x64\x86\x02\0" + bytes(4) + b"\0\x02\0\0\x08\0\0\0" + bytes(60), "COFF object"),
    (make_pe(), "PE"),
    (make_pe(wide=True), "PE"),
    (make_pe(runtime=True), ".NET assembly"),
    (make_pe(runtime=True, wide=True), ".NET assembly"),
    (b"MZ" + bytes(62), "PE"),
    *(
        (number.to_bytes(2, "little") + b"\r\n" + bytes(12) + b"\xe3", "Python bytecode")
        for number in (20121, 50823, 62211, 62218, 3000, 3131, 3394, 3413, 3495, 3571, 3627, 112, 336)
    ),
]


@pytest.mark.parametrize(("head", "name"), COMPILED)
def test_compiled_code_is_named(head: bytes, name: str) -> None:
    assert recognise_compiled(head) == name
    assert recognise_content(head) is ContentKind.COMPILED


def test_what_this_python_compiles_is_recognised(tmp_path: Path) -> None:
    source = tmp_path / "x.py"
    source.write_text("a = 1\n")
    target = py_compile.compile(str(source), cfile=str(tmp_path / "x.pyc"))
    assert recognise_compiled(Path(target or "").read_bytes()) == "Python bytecode"


@pytest.mark.parametrize(
    "head",
    [
        b"plain\n",
        b"MZ is how this sentence begins, and it goes on for longer than the header of a program has.",
        b"Makefile\r\n",
        b"a\x0c\r\nform feed",
        b"default:\n",
        b"Caml is a language",
        b"Microsoft is a company",
        b"FORTRAN",
        b"FWS is short for forwards",
        b"CWS\n\xc3\xa9t\xc3\xa9",
        b"dL is a text",
        b"!< is no archive",
        "Grüße an alle\n".encode(),
        "Grüße an alle\n".encode("latin-1"),
        "日本語".encode("shift-jis"),
        "日本語".encode("euc-jp"),
        "日本語\n".encode("utf-16"),
        b"\xfe\xff\0a\0b",
        b"\xef\xbb\xbfwith a mark",
        b"\x1b[31mred\x1b[0m",
        ("x" * 8191 + "é").encode()[:8192],
        ("x" * 8189 + "😀").encode()[:8192],
    ],
)
def test_text_is_text_in_any_encoding(head: bytes) -> None:
    assert recognise_compiled(head) is None
    assert recognise_content(head) is ContentKind.TEXT


BINARY = [
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG image"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG image"),
    (b"GIF89a\x01\0", "GIF image"),
    (b"%PDF-1.4\n1 0 obj", "PDF"),
    (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    (b"wOF2\0\1\0\0", "font"),
    (b"\0\1\0\0\0\x0f", "font"),
    (bytes(8) + b"\2\0\2" + bytes(23) + b"LP" + bytes(10), "font"),
    (b"RIFF\x10\0\0\0WAVEfmt ", "audio"),
    (b"RIFF\x10\0\0\0WEBPVP8 ", "WebP image"),
    (b"\0\0\0\x20ftypavif\0", "AVIF image"),
    (b"\0\0\0\x20ftypisom\0", "video"),
    (b"BM\x36\0\1\0\0\0\0\0\x36\0", "BMP image"),
    (b"RIFF\x10\0\0\0ABCD", None),
    (b"PK\3\4\x14\0\0\0", None),
    (b"\x1f\x8b\x08\0\0\0", None),
    (b"PAR1\x15\x04\x15", None),
    (b"a\0b", None),
    (b"\xe9t\xe9 \x01", None),
    (b"\xe9\0", None),
    (b"\xca\xfe\x00", None),
    (b"\x4c\x01\xff\xff" + bytes(70), None),
    (b"\xc3" + b"x" * 100 + b"\x02", None),
]


@pytest.mark.parametrize(("head", "name"), BINARY)
def test_binary_content_is_told_from_text_and_media_have_names(head: bytes, name: str | None) -> None:
    assert recognise_content(head) is ContentKind.BINARY
    assert recognise_media(head) == name


def test_nothing_is_empty() -> None:
    assert recognise_content(b"") is ContentKind.EMPTY
    assert recognise_media(b"") is None


@given(strategies.text(strategies.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_printable_unicode_is_never_compiled(text: str) -> None:
    assert recognise_compiled(text.encode()) is None


@given(strategies.binary(max_size=200))
def test_any_bytes_have_a_kind(head: bytes) -> None:
    assert (recognise_content(head) is ContentKind.COMPILED) is (recognise_compiled(head) is not None)
