# SPDX-License-Identifier: Apache-2.0
"""Revisions on pages: any two compared, down to the lines of texts in archives, and restored."""

from pathlib import Path

import pytest

from atr.checks.contract import ArchiveTask, ArchiveView
from atr.checks.onepass import scan_archive
from atr.domain.names import FilePath
from atr.domain.people import ANONYMOUS
from atr.formats.tree_key import make_tree_key
from atr.services.door import Bookkeeping, Door, Work
from atr.services.evaluations import PrepareExamination
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision, FindFile
from tests.support.archives import TarMember, make_tar_gz
from tests.support.browsing import Visitor, walk_in
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, StoreFiles
from tests.support.website import Client

PAGE = "/releases/demo/main/1.0"
NAME = "demo-1.0.tar.gz"
OLD_CODE = b"import os\n\ndef run():\n    return 1\n"
NEW_CODE = b"import os\n\ndef run():\n    return 2\n\n# \xe2\x80\xae<script>alert(1)</script>\n"


class KeepTree(Bookkeeping[None]):
    """Keep the list of an archive's members, as its examination does."""

    def __init__(self, key: str, tree: bytes) -> None:
        self.key, self.tree = key, tree

    def note(self, work: Work) -> None:
        work.unit.checks.keep_tree(self.key, self.tree)


def pack(code: bytes, **others: bytes) -> bytes:
    members = {"code.py": code, **others}
    return make_tar_gz(*(TarMember(f"demo/{name}", content) for name, content in members.items()))


@pytest.fixture
def rm(door: Door, api: Client) -> Visitor:
    """Return the release manager of a candidate whose archive and README changed once."""
    make_project(door)
    actor = act_as(door, "rm")
    door.perform(actor, CreateRelease(KEY.line, KEY.version))
    first = {NAME: pack(OLD_CODE, logo=b"\x89PNG\r\n\0"), "README.md": b"Old.\nSame.\n", "gone.zip": b"x"}
    second = {NAME: pack(NEW_CODE, logo=b"\x89PNG\r\n\0\0", more=b"m\n"), "README.md": b"New.\nSame.\n"}
    door.perform(actor, AddRevision(KEY, 0, door.keep(StoreFiles(first))))
    door.perform(actor, AddRevision(KEY, 1, door.keep(StoreFiles(second)), (FilePath("gone.zip"),), "Better"))
    return walk_in(api, door, "rm")


@pytest.fixture
def examined(rm: Visitor, door: Door, tmp_path: Path) -> Visitor:
    """Return the same, with both archives examined."""
    for number in (1, 2):
        found = door.ask(ANONYMOUS, FindFile(KEY, number, FilePath(NAME)))
        path = tmp_path / NAME
        path.write_bytes(b"".join(found.reader.iterate()))
        facts = door.ask(ANONYMOUS, PrepareExamination(KEY, number)).facts
        tree = scan_archive(ArchiveTask(path, ArchiveView(found.entry, facts), ())).tree
        assert tree is not None
        door.keep(KeepTree(make_tree_key(found.entry), tree))
    return rm


def test_any_two_revisions_are_compared(rm: Visitor) -> None:
    page = rm.look(f"{PAGE}/revisions/1?against=2")

    assert "What changed since revision 2" in page.text
    assert "added gone.zip" in page.text
    assert "Revision 2: Better" in page.text
    assert rm.look(f"{PAGE}/revisions/1?against=release").status == 404
    assert rm.look(f"{PAGE}/revisions/99999999999").status == 404


def test_a_text_is_compared_line_by_line_in_two_layouts(rm: Visitor) -> None:
    link = next(each for each in rm.look(f"{PAGE}/revisions/2").links if "/text?" in each)
    unified = rm.look(link)
    split = rm.look(f"{link}&layout=split")

    assert "From revision 1 to revision 2: 1 line added, 1 removed." in unified.text
    assert "1 \N{MINUS SIGN} Old. 1 + New. 2 2 Same." in unified.text
    assert "1 \N{MINUS SIGN} Old. 1 + New. 2 Same. 2 Same." in split.text


def test_what_is_inside_an_archive_is_compared_down_to_its_lines(examined: Visitor) -> None:
    page = examined.look(f"{PAGE}/revisions/2")
    members = examined.look(next(each for each in page.links if "/members?" in each))
    texts = [each for each in members.links if "/text?" in each]
    code, more = (examined.look(each) for each in texts)

    assert "1 added, 2 changed, 0 the same." in members.text
    assert "changed logo 7 B \N{RIGHTWARDS ARROW} 8 B" in members.text
    assert "return 2" in code.text
    assert "[U+202E]&lt;script&gt;" in code.answer.text
    assert "<script>alert" not in code.answer.text
    assert "1 line added, 0 removed" in more.text
    assert f"Inside {NAME}" in code.text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"text?file={NAME}&member=logo", "This is no text: download it to look at it."),
        (f"text?file={NAME}", "This is no text: download it to look at it."),
    ],
)
def test_what_is_no_text_is_not_shown(examined: Visitor, address: str, words: str) -> None:
    seen = examined.look(f"{PAGE}/revisions/2/{address}")

    assert (seen.status, words in seen.text) == (200, True)


@pytest.mark.parametrize(
    "address",
    [
        f"text?file={NAME}&member=nothing",
        "text?file=nothing",
        "text?file=README.md&member=x",
        "text?file=../x",
        "text?file=README.md&against=9",
        "members?file=README.md&against=x",
    ],
)
def test_a_difference_of_what_is_not_there_is_not_found(examined: Visitor, address: str) -> None:
    assert examined.look(f"{PAGE}/revisions/2/{address}").status == 404


def test_a_file_that_is_new_is_shown_as_added_lines(door: Door, rm: Visitor) -> None:
    door.perform(act_as(door, "rm"), AddRevision(KEY, 2, door.keep(StoreFiles({"NEWS": b"Much.\n"}))))

    seen = rm.look(f"{PAGE}/revisions/3/text?file=NEWS")

    assert "1 line added, 0 removed. " in seen.text
    assert "1 + Much." in seen.text


def test_very_large_archives_are_not_looked_into(examined: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atr.services.text_diffs.LARGEST_ARCHIVE", 10)

    seen = examined.look(f"{PAGE}/revisions/2/text?file={NAME}&member=code.py")

    assert "too large for texts in it to be shown: download it." in seen.text


def test_an_archive_that_was_not_examined_says_so(rm: Visitor) -> None:
    members = rm.look(f"{PAGE}/revisions/2/members?file={NAME}")

    assert "the archive was not examined yet" in members.text
    assert rm.look(f"{PAGE}/revisions/2/text?file={NAME}&member=code.py").status == 404


def test_members_come_in_pages_and_modes_are_told(rm: Visitor, door: Door, tmp_path: Path) -> None:
    old = make_tar_gz(*(TarMember(f"demo/{number:03}", b"1") for number in range(120)))
    new = make_tar_gz(
        TarMember("demo/run", b"r", mode=0o755),
        *(TarMember(f"demo/{number:03}", b"12") for number in range(119)),
        TarMember("demo/119", b"1", mode=0o600),
    )
    actor = act_as(door, "rm")
    for base, content in ((2, old), (3, new)):
        door.perform(actor, AddRevision(KEY, base, door.keep(StoreFiles({NAME: content}))))
        found = door.ask(ANONYMOUS, FindFile(KEY, base + 1, FilePath(NAME)))
        (tmp_path / NAME).write_bytes(content)
        facts = door.ask(ANONYMOUS, PrepareExamination(KEY, base + 1)).facts
        tree = scan_archive(ArchiveTask(tmp_path / NAME, ArchiveView(found.entry, facts), ())).tree
        door.keep(KeepTree(make_tree_key(found.entry), tree or b""))

    first = rm.look(f"{PAGE}/revisions/4/members?file={NAME}")
    rest = rm.look(next(each for each in first.links if "skip=100" in each))

    assert "1 added, 119 changed, 1 with other permissions" in first.text
    assert "mode 119 644 \N{RIGHTWARDS ARROW} 600" in rest.text


def test_a_large_revision_is_folded(door: Door, rm: Visitor) -> None:
    files = {f"part-{number:03}.zip": b"%d" % number for number in range(130)}
    door.perform(act_as(door, "rm"), AddRevision(KEY, 2, door.keep(StoreFiles(files))))

    page = rm.look(f"{PAGE}/revisions/3")
    everything = rm.look(f"{PAGE}/revisions/3?everything=true")

    assert "30 more changes" in page.text
    assert "107 more files" in page.text
    assert "more files" not in everything.text


def test_an_earlier_revision_is_restored_from_its_page(door: Door, rm: Visitor) -> None:
    page = rm.look(f"{PAGE}/revisions/1")
    sent = rm.send(f"{PAGE}/revisions/1/restore", {"base": page.values["base"]})
    again = rm.send(f"{PAGE}/revisions/2/restore", {"base": "2"})

    assert "Its files become revision 3" in page.text
    assert sent.leads_to == f"{PAGE}/files"
    assert "Restored revision 1" in rm.look(f"{PAGE}/files").text
    assert again.status == 409
    assert "The newest revision is 3, not 2" in again.text
    assert "Restore revision" not in rm.look(f"{PAGE}/revisions/3").text


def test_the_last_change_is_undone_from_the_files(door: Door, rm: Visitor, api: Client) -> None:
    files = rm.look(f"{PAGE}/files")

    assert "Undo it: restore revision 1" in files.text
    assert f"{PAGE}/revisions/1#restore" in files.links
    assert "Undo it" not in walk_in(api, door).look(f"{PAGE}/files").text
