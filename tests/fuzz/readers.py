# SPDX-License-Identifier: Apache-2.0
"""Every reader of strangers' bytes, driven so that only what it may raise is let pass."""

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from atr.checks import CHECKS
from atr.checks.contract import ArchiveCheck, ArchiveTask, ArchiveView
from atr.checks.onepass import scan_file
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.check import RevisionFacts
from atr.domain.check_policy import CheckPolicy
from atr.domain.errors import Invalid
from atr.domain.names import FilePath
from atr.formats.archive import read_archive
from atr.formats.armor import split_armor
from atr.formats.budget import Budget, Limits
from atr.formats.checksums import find_entry, read_checksums
from atr.formats.header_text import HeaderReader
from atr.formats.licence_expression import parse_expression
from atr.formats.licence_header import classify_header
from atr.formats.mail_archives import read_mbox, read_pony_mail
from atr.formats.mail_vote import read_vote_mail
from atr.formats.member import Defect, Unreadable
from atr.formats.openpgp import read_keys, read_signatures
from atr.formats.rat_excludes import read_rat_excludes
from atr.formats.secret_forms import find_secrets
from atr.formats.spdx_line import find_spdx_line
from atr.formats.tree import read_tree

Drive = Callable[[bytes], object]
LIMITS = Limits(
    total_bytes=1 << 22, members=2000, ratio_floor=1 << 20, nested_zip_bytes=1 << 20, seconds=20.0
)
FACTS = RevisionFacts("a", "a", "1.0", False, None, CheckPolicy(), datetime(2026, 1, 1, tzinfo=UTC))
ARCHIVE_CHECKS = tuple(check for check in CHECKS if isinstance(check, ArchiveCheck))
NOTHING = Content(Digest("sha512", "0" * 128), Digest("sha256", "0" * 64), 1)
SEASONED = HeaderReader()


def read_whole(name: str, data: bytes) -> None:
    """Read an archive to its end, as the pass does."""
    budget = Budget(LIMITS, time.monotonic)
    defects: list[Defect] = []
    try:
        for entry in read_archive(io.BytesIO(data), name, budget, defects.append):
            for chunk in entry.chunks:
                assert isinstance(chunk, bytes)
    except Unreadable:
        return
    assert budget.bytes_spent <= LIMITS.total_bytes


def examine_whole(name: str, data: bytes) -> None:
    """Let every check follow the pass; none of them may fail."""
    view = ArchiveView(FileEntry(FilePath(name), NOTHING), FACTS)
    result = scan_file(io.BytesIO(data), ArchiveTask(Path(name), view, ARCHIVE_CHECKS, LIMITS))
    failed = [
        each.message for found in result.findings.values() for each in found if each.rule == "check.failed"
    ]
    assert failed == []
    if result.tree is not None:
        for entry in read_tree(result.tree):
            assert entry.path is not None


def read_checksum_file(data: bytes) -> None:
    """Read a checksum file."""
    try:
        entries = read_checksums(data)
    except Invalid:
        return
    find_entry(entries, "a-1.0.tar.gz")


def read_key_file(data: bytes) -> None:
    """Read a KEYS file; what cannot be read is rejected, never raised."""
    keys, rejected = read_keys(data)
    for key in keys:
        assert str(key.fingerprint)
    for each in rejected:
        assert each.reason


def read_signature_file(data: bytes) -> None:
    """Read a detached signature."""
    try:
        read_signatures(data)
    except Invalid:
        return


def read_armor(data: bytes) -> None:
    """Find the armored blocks of a text."""
    for block in split_armor(data):
        assert block.label is not None


def read_texts(data: bytes) -> None:
    """Let whatever looks at the head of a text file see it."""
    head = data[: 8 * 1024]
    assert SEASONED.examine(head) == HeaderReader().examine(head)
    classify_header(head.decode("utf-8", "replace"))
    find_spdx_line(head)
    find_secrets(data)
    read_rat_excludes(head.decode("utf-8", "replace"))


def read_expression(data: bytes) -> None:
    """Read a licence expression."""
    try:
        parse_expression(data.decode("utf-8", "replace"))
    except Invalid:
        return


def read_kept_tree(data: bytes) -> None:
    """Read a list of members."""
    try:
        for _ in read_tree(data):
            pass
    except ValueError:
        return


def read_mail(data: bytes) -> None:
    """Read a mail for its vote; one is always read, in one line a header."""
    mail = read_vote_mail(data)
    assert not set("\r\n\0") & set(mail.message_id + mail.subject + mail.sender_name + (mail.sender or ""))
    assert mail.reading.explanation


def read_kept_mails(data: bytes) -> None:
    """Read mails from an archive."""
    for raw in read_mbox(io.BytesIO(data)):
        read_mail(raw)
    try:
        for raw in read_pony_mail(data):
            read_mail(raw)
    except Invalid:
        return


def read_strictly(read: Callable[[bytes], object], data: bytes) -> None:
    """Let a reader that answers with ValueError have the data."""
    try:
        read(data)
    except ValueError:
        return
