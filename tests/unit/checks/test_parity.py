# SPDX-License-Identifier: Apache-2.0
"""Parity: what counts as the same in two formats, and how a difference is told."""

import tarfile
import zipfile
from functools import partial

import pytest

from atr.checks.contract import RevisionView
from atr.checks.parity import PARITY
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.check import Finding
from atr.domain.names import FilePath
from atr.formats.content import ContentKind
from atr.formats.member import MemberKind
from atr.formats.tree import TreeEntry, read_tree, write_tree
from tests.support.archives import LEGAL, TarMember, make_tar, make_zip
from tests.support.growth import LINEAR, measure_growth
from tests.unit.checks.comparing import find, pack
from tests.unit.checks.examination import FACTS, NAME, Release

ZIP = "example-1.0-src.zip"
LINES = TarMember("a.txt", b"one\ntwo\n")


def zip_up(files: dict[str, bytes], root: str = "example-1.0/") -> bytes:
    """Return a zip with the legal files and more."""
    return make_zip({f"{root}{name}": content for name, content in {**LEGAL, **files}.items()})


def compare(release: Release) -> Finding:
    """Return the only difference."""
    (finding,) = find(release, "parity.differs")
    return finding


def test_files_are_told_apart_by_where_they_are(release: Release) -> None:
    release.add(NAME, pack(TarMember("here.py", b"x"), TarMember("both.py", b"1")))
    release.add(ZIP, zip_up({"there.py": b"x", "both.py": b"2"}))
    found = compare(release)
    assert found.artifact == ZIP
    assert (found.data["other"], found.data["only_here"], found.data["only_there"]) == (
        NAME,
        ("there.py",),
        ("here.py",),
    )
    assert (found.data["different"], found.data["different_count"]) == (("both.py",), 1)
    assert "only in example-1.0-src.tar.gz (here.py)" in found.message


def test_the_root_folder_and_the_modes_of_a_zip_do_not_count(release: Release) -> None:
    release.add(NAME, pack(TarMember("run.sh", b"x", mode=0o755)))
    release.add(ZIP, zip_up({"run.sh": b"x"}, root="other-root/"))
    assert find(release, "parity.differs") == []


def test_a_zip_without_a_root_folder_is_still_compared_by_content(release: Release) -> None:
    release.add(NAME, pack(LINES))
    release.add(ZIP, zip_up({"a.txt": LINES.content}, root=""))
    assert find(release, "parity.differs") == []


def test_what_can_be_run_counts_between_tars(release: Release) -> None:
    release.add(NAME, pack(TarMember("run.sh", b"x", mode=0o755)))
    legal = [TarMember(f"example-1.0/{name}", content) for name, content in LEGAL.items()]
    release.add("example-1.0-src.tar", make_tar(*legal, TarMember("example-1.0/run.sh", b"x")))
    assert compare(release).data["modes"] == ("run.sh",)


def test_rewritten_line_ends_are_suspected_when_nothing_else_differs(release: Release) -> None:
    release.add(NAME, pack(LINES))
    release.add(ZIP, zip_up({"a.txt": LINES.content.replace(b"\n", b"\r\n")}))
    assert "perhaps it is their line ends" in compare(release).message
    release.add(ZIP, zip_up({"a.txt": LINES.content.replace(b"o", b"0")}))
    assert "line ends" not in compare(release).message


def test_a_link_is_what_it_leads_to(release: Release) -> None:
    link = TarMember("b.txt", type=tarfile.SYMTYPE, link="a.txt")
    hard = TarMember("c.txt", type=tarfile.LNKTYPE, link="example-1.0/a.txt")
    release.add(NAME, pack(LINES, link, hard))
    release.add(ZIP, zip_up(dict.fromkeys(("a.txt", "b.txt", "c.txt"), LINES.content)))
    assert find(release, "parity.differs") == []
    release.add(ZIP, zip_up({"a.txt": LINES.content, "b.txt": b"other", "c.txt": LINES.content}))
    assert compare(release).data["different"] == ("b.txt",)


def test_links_that_are_links_in_both_must_lead_to_the_same(release: Release) -> None:
    info = zipfile.ZipInfo("example-1.0/b.txt")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    for target, differs in (("a.txt", False), ("nowhere", True)):
        link = TarMember("b.txt", type=tarfile.SYMTYPE, link=target)
        release.add(NAME, pack(LINES, link))
        files = {
            f"example-1.0/{name}": content for name, content in {**LEGAL, "a.txt": LINES.content}.items()
        }
        release.add(ZIP, make_zip([*files.items(), (info, b"./a.txt")]))
        assert bool(find(release, "parity.differs")) is differs


def test_links_in_a_ring_end(release: Release) -> None:
    ring = [TarMember(one, type=tarfile.SYMTYPE, link=other) for one, other in (("x", "y"), ("y", "x"))]
    release.add(NAME, pack(*ring))
    release.add(ZIP, zip_up({"x": b"1", "y": b"2"}))
    assert compare(release).data["different_count"] == 2


def test_other_packages_of_the_same_stem_are_no_siblings(release: Release) -> None:
    release.add("example-1.0-src.jar", make_zip({"a": b"a"}))
    assert find(release, "parity.differs") == []


def test_three_formats_are_each_compared_with_the_first(release: Release) -> None:
    release.add(NAME, pack(LINES))
    release.add(ZIP, zip_up({}))
    release.add("example-1.0-src.tar", make_tar(TarMember("example-1.0/a.txt", b"x")))
    found = find(release, "parity.differs")
    assert [(each.artifact, each.data["other"]) for each in found] == [
        (NAME, "example-1.0-src.tar"),
        (ZIP, "example-1.0-src.tar"),
    ]


def test_an_archive_that_cannot_be_read_is_left_to_the_check_that_says_so(release: Release) -> None:
    release.add(ZIP, zip_up({})[:-40])
    assert find(release, "parity.differs") == []


def test_lists_stay_short(release: Release) -> None:
    release.add(ZIP, zip_up({f"{number}.txt": b"x" for number in range(500)}))
    found = compare(release)
    assert found.data["only_here_count"] == 500
    assert isinstance(found.data["only_here"], tuple)
    assert len(found.data["only_here"]) == 100
    release.add(ZIP, zip_up({"x" * 1000: b"x"}))
    assert len(compare(release).message) < 600


@pytest.mark.parametrize("root", ["x-1.0", "y"])
def test_comparing_takes_no_more_than_linear_time(root: str) -> None:
    names = [FilePath("x-1.0.tar.gz"), FilePath("x-1.0.zip")]
    files = {
        name: FileEntry(name, Content(Digest("sha512", "0" * 128), Digest("sha256", "0" * 64), 1))
        for name in names
    }

    def compare_trees(members: int) -> None:
        trees = dict(zip(names, (make_tree("x-1.0", members), make_tree(root, members)), strict=True))
        view = RevisionView(
            FACTS, files, (), lambda _entry, _limit: b"", lambda entry: read_tree(trees[entry.path])
        )
        assert list(PARITY.examine(view)) == []

    assert measure_growth(compare_trees, 5_000) < LINEAR


def make_tree(root: str, members: int) -> bytes:
    make = partial(
        TreeEntry, kind=MemberKind.FILE, mode=0o644, size=1, git="0" * 40, content=ContentKind.TEXT, link=None
    )
    return write_tree(
        make(path=f"{root}/src/{each % 100}/{each}.py", sha256=f"{each:064x}") for each in range(members)
    )
