# SPDX-License-Identifier: Apache-2.0
"""Compiled code and other binary files in source archives."""

from dataclasses import replace

import pytest

from atr.checks import binaries
from atr.checks.finding_list import MOST_PER_RULE
from atr.domain.check import Finding
from tests.support.archives import make_zip
from tests.unit.checks.cases.binary_cases import CLASS, IMAGE, JAR, WASM
from tests.unit.checks.cases.header_cases import put_files
from tests.unit.checks.examination import Release

ROOT = "example-1.0"
DATA = b"\0\1\2\3" * 50


def examine(release: Release, files: dict[str, bytes]) -> dict[str, Finding]:
    """Return a finding of each rule about binaries, a number if there is one, of these files."""
    put_files(dict(files), release)
    found = sorted(release.examine(), key=lambda each: each.member or "", reverse=True)
    return {each.rule: each for each in found if each.rule.startswith("binary.")}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lib/A.class", CLASS, "is compiled code (Java class)."),
        ("lib/liba.so", b"\x7fELF" + bytes(60), "is compiled code (ELF)."),
        ("a/__pycache__/b.pyc", (3495).to_bytes(2, "little") + b"\r\n" + bytes(20), "(Python bytecode)."),
        ("lib/a.jar", JAR, "is an archive that holds compiled code: org/A.class (Java class)."),
        (
            "lib/a.zip",
            make_zip({"b/c.jar": JAR, "d": WASM}),
            "that holds compiled code: b/c.jar!org/A.class (Java class).",
        ),
    ],
)
def test_compiled_code_is_named(release: Release, name: str, content: bytes, words: str) -> None:
    found = examine(release, {name: content})
    assert found["binary.compiled"].member == f"{ROOT}/{name}"
    assert found["binary.compiled"].message.endswith(words)


@pytest.mark.parametrize(
    "folder", ["src/test/resources", "tests/data", "module/testdata", "docs/sample", "src/it/a"]
)
def test_compiled_code_for_tests_and_documents_does_not_block(release: Release, folder: str) -> None:
    assert set(examine(release, {f"{folder}/a.jar": JAR})) == {"binary.compiled-test-data"}


def test_a_wrapper_s_jar_blocks(release: Release) -> None:
    assert set(examine(release, {".mvn/wrapper/maven-wrapper.jar": JAR})) == {"binary.compiled"}


def test_a_native_library_among_pages_blocks(release: Release) -> None:
    assert set(examine(release, {"ui/dist/a.wasm": WASM})) == {"binary.web-module"}
    assert set(examine(release, {"ui/dist/a.node": b"\x7fELF" + bytes(60)})) == {"binary.compiled"}


def test_images_are_counted_by_kind(release: Release) -> None:
    media = examine(release, {"a.png": IMAGE, "b.png": IMAGE, "c.pdf": b"%PDF-1.4\n"})["binary.media"]
    assert media.data == {"count": 3, "kinds": ("PDF: 1", "PNG image: 2")}


def test_what_is_excluded_names_its_pattern(release: Release) -> None:
    release.describe(policy=replace(release.facts.policy, excluded_globs=("lib/*.jar",)))
    excluded = examine(release, {"lib/a.jar": JAR})
    assert set(excluded) == {"binary.excluded"}
    assert excluded["binary.excluded"].data["files"] == (f"{ROOT}/lib/a.jar: lib/*.jar",)


def test_many_binary_files_are_told_as_a_number(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_MOST_KEPT", 600)
    put_files({f"a{number}.dat": DATA for number in range(700)}, release)
    found = [each for each in release.examine() if each.rule == "binary.content"]
    assert len(found) == MOST_PER_RULE + 1
    (rest,) = [each for each in found if each.member is None]
    assert rest.data == {"count": 700}


def test_other_binary_files_cannot_push_compiled_code_out(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_MOST_KEPT", 2)
    files: dict[str, bytes] = {f"a{number}.dat": DATA for number in range(9)}
    files |= {f"b{number}.class": CLASS for number in range(3)} | {"c.jar": JAR}
    found = examine(release, files)
    assert found["binary.compiled"].data == {"count": 4}
    assert found["binary.content"].data == {"count": 10}


def test_a_package_of_compiled_code_is_no_source_with_many_faults(release: Release) -> None:
    code = CLASS + bytes(11 * 1024 * 1024)
    files = {"PKG-INFO": b"Metadata-Version: 2.1\n", "deps/a.class": code, "a.py": b"pass\n"}
    assert set(examine(release, files)) == {"binary.package"}
    del files["PKG-INFO"]
    assert set(examine(release, files)) == {"binary.compiled"}
    mixed = {**files, "PKG-INFO": b"x\n", "big.txt": b"words\n" * 500_000}
    assert set(examine(release, mixed)) == {"binary.compiled"}


def test_a_binary_artifact_may_hold_what_it_likes(release: Release) -> None:
    release.add("example-1.0-bin.zip", make_zip({f"{ROOT}/a.jar": JAR, f"{ROOT}/a.dat": DATA}))
    assert [each for each in release.examine() if each.rule.startswith("binary.")] == []
