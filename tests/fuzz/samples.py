# SPDX-License-Identifier: Apache-2.0
"""Good files of every kind, which fuzzing begins with."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from dataclasses import dataclass
from functools import partial

from backports import zstd

from atr.formats.erlang_terms import read_terms
from atr.formats.header_text import ASF_HEADER
from atr.formats.helm_chart import read_helm_chart
from atr.formats.hex_package import read_hex_package
from atr.formats.pom import read_pom
from atr.formats.tree import pack_rows
from tests.fuzz.readers import (
    Drive,
    examine_whole,
    read_armor,
    read_checksum_file,
    read_expression,
    read_kept_mails,
    read_kept_tree,
    read_key_file,
    read_mail,
    read_signature_file,
    read_strictly,
    read_texts,
    read_whole,
)
from tests.support.archives import LEGAL, TarMember, make_tar, make_zip
from tests.support.hostile.tars import good, lie, pax, record, sparse_without_end
from tests.support.hostile.zips import LYING, A, B, build, hidden_by_64_bits
from tests.support.keys import TestKey
from tests.support.maven_files import make_child_pom, make_pom
from tests.support.packages import GENUINE_HEX, make_chart, make_hex_parts
from tests.support.vote_thread import BAD, GOOD

COMMENTED = "/*\n * " + ASF_HEADER.replace("\n", "\n * ") + "\n */\nclass A {}\n"
MEMBERS = (
    TarMember("root/folder", type=tarfile.DIRTYPE, mode=0o755),
    TarMember("root/A.java", COMMENTED.encode()),
    TarMember("root/" + "long/" * 60 + "name", b"content"),
    TarMember("root/link", type=tarfile.SYMTYPE, link="folder"),
    TarMember("root/inner.zip", make_zip({"x": b"content", "y.zip": make_zip({"z": b"deep"})})),
    TarMember("root/inner.tgz", gzip.compress(make_tar(TarMember("w", b"inner")), 1, mtime=0)),
    TarMember("root/\u00e9", b"name"),
)
PAX = make_tar(*MEMBERS)
GNU = make_tar(*MEMBERS, form=tarfile.GNU_FORMAT)
ODD = good() + pax(record("path", b"other") + record("size", b"3")) + lie(body=b"abc") + sparse_without_end()
ZIP = make_zip({f"root/{each.path}": each.content for each in MEMBERS})
STORED = make_zip({f"root/{each.path}": each.content for each in MEMBERS}, zipfile.ZIP_STORED)
WHEEL = make_zip(
    {
        "a-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: MIT\n",
        "a-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\n",
        "a-1.0.dist-info/RECORD": b"a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n",
        "a.py": b"",
    },
    zipfile.ZIP_STORED,
)
LEGAL_TAR = make_tar(*(TarMember(f"a-1.0/{name}", content) for name, content in LEGAL.items()), *MEMBERS)
NPM = make_tar(TarMember("package/package.json", b'{"name": "a", "version": "1.0", "license": "MIT"}'))


@dataclass(frozen=True, slots=True)
class Subject:
    """One reader, good samples for it, and how what was changed is wrapped before it is read."""

    name: str
    drive: Drive
    samples: tuple[bytes, ...]
    wrap: Drive = bytes

    def run(self, data: bytes) -> None:
        """Let the reader have the data."""
        wrapped = self.wrap(data)
        assert isinstance(wrapped, bytes)
        self.drive(wrapped)


def _pack_gzip(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


KEY = TestKey()
CHECKSUMS = (
    b"%b  a-1.0.tar.gz\n" % (b"0" * 128),
    b"SHA512 (a-1.0.tar.gz) = %b\n" % (b"ab" * 64),
    b"a-1.0.tar.gz: %b\n              %b\n" % (b"0123ABCD " * 8, b"0123ABCD " * 8),
    b"\xef\xbb\xbf%b *a\r\n\r\n# x\r\n" % (b"f" * 64),
)
MBOX = b"From a@b.c Mon Mar  2 12:00:00 2026\nFrom: a@b.c\n\n+1\n\n>From x\n\n" * 2
PONY_MAIL = (
    b'{"thread": {"from": "a@b.c", "body": "+1", "epoch": 1, "message-id": "<1@b.c>", "children": []}}'
)
TARS, ZIPS = (PAX, GNU, ODD, LEGAL_TAR), (ZIP, STORED, WHEEL, build([A, B, LYING]), hidden_by_64_bits())
SUBJECTS: tuple[Subject, ...] = (
    Subject("tar", partial(read_whole, "a-1.0-src.tar"), TARS),
    Subject("zip", partial(read_whole, "a-1.0-src.zip"), ZIPS),
    Subject("gzip", partial(read_whole, "a-1.0-src.tar.gz"), (_pack_gzip(ODD), _pack_gzip(ODD) * 2)),
    Subject("bzip2", partial(read_whole, "a-1.0-src.tar.bz2"), (bz2.compress(ODD), bz2.compress(ODD, 1) * 2)),
    Subject(
        "xz", partial(read_whole, "a-1.0-src.tar.xz"), (lzma.compress(ODD), lzma.compress(ODD, preset=0) * 2)
    ),
    Subject(
        "zstd", partial(read_whole, "a-1.0-src.tar.zst"), (zstd.compress(ODD), zstd.compress(ODD, 1) * 2)
    ),
    Subject("checks of a tar", partial(examine_whole, "a-1.0-src.tar.gz"), TARS, _pack_gzip),
    Subject("checks of a zip", partial(examine_whole, "a-1.0-bin.zip"), ZIPS),
    Subject("checks of a wheel", partial(examine_whole, "a-1.0-py3-none-any.whl"), (WHEEL,)),
    Subject("checks of npm", partial(examine_whole, "a-1.0.tgz"), (NPM,), _pack_gzip),
    Subject("checksums", read_checksum_file, CHECKSUMS),
    Subject("keys", read_key_file, (KEY.armored.encode(), KEY.packets, KEY.armored.encode() * 2)),
    Subject("signatures", read_signature_file, (KEY.sign(b"content"),)),
    Subject("armor", read_armor, (KEY.armored.encode(), b"uid  [full] A <a@b.c>\n" + KEY.sign(b"x"))),
    Subject(
        "texts",
        read_texts,
        (COMMENTED.encode(), b"# SPDX-License-Identifier: MIT OR GPL-2.0\n", LEGAL["LICENSE"]),
    ),
    Subject(
        "licence expressions", read_expression, (b"MIT AND (GPL-2.0-only WITH Classpath-exception-2.0 OR X)",)
    ),
    Subject(
        "kept trees",
        read_kept_tree,
        (b"a\0file\x00644\x007\0%b\0%b\0text\0" % (b"0" * 64, b"0" * 40),),
        lambda data: pack_rows([data]),
    ),
    Subject("vote mails", read_mail, tuple(each.raw for each in (*GOOD, *BAD) if len(each.raw) < 10_000)),
    Subject("kept mails", read_kept_mails, (MBOX, PONY_MAIL)),
    Subject("hex packages", partial(read_strictly, lambda data: read_hex_package([data])), (GENUINE_HEX,)),
    Subject(
        "erlang terms", partial(read_strictly, read_terms), (make_hex_parts("a", "1")["metadata.config"],)
    ),
    Subject(
        "charts",
        partial(read_strictly, read_helm_chart),
        (gzip.decompress(make_chart("a", "1")),),
        _pack_gzip,
    ),
    Subject("project files", partial(read_strictly, read_pom), (make_pom(), make_child_pom("a"))),
)
