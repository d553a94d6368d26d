# SPDX-License-Identifier: Apache-2.0
"""Apache RAT as a program, with a stand-in that prints its reports."""

import shutil
import subprocess
from pathlib import Path

import pytest

from atr.checks.rat_audit import RatFailed
from atr.checks.rat_program import RatProgram
from atr.checks.rat_unpacking import main, unpack_files
from atr.formats.budget import Limits
from atr.formats.member import Unreadable
from atr.isolation import describe_confinement
from tests.support.archives import TarMember, make_source, make_tar_gz, make_zip

SIMULATOR = Path(__file__).parents[2] / "simulators" / "rat"
JAVA = str(SIMULATOR / "java.sh")
ROOT = "example-1.0"
MEMBERS = [
    TarMember(f"{ROOT}/a.py", b"import os\n"),
    TarMember(f"{ROOT}/.rat-excludes", b"*.json\n"),
    TarMember(f"{ROOT}/link", type=b"2", link="/etc/passwd"),
    TarMember("../escape.py", b"import os\n"),
    TarMember(f"./{ROOT}/below/b.py", b"# Apache License\n"),
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "content"
    path.write_bytes(make_source(ROOT, MEMBERS))
    return path


def make_jar(tmp_path: Path, kind: str) -> Path:
    jar = tmp_path / "rat.jar"
    jar.write_text(kind)
    return jar


@pytest.mark.parametrize("kind", ["old", "new"])
def test_a_report_names_files_as_the_archive_does(tmp_path: Path, archive: Path, kind: str) -> None:
    program = RatProgram(make_jar(tmp_path, kind), JAVA)
    report = program.audit(archive, "example-1.0.tar.gz")
    assert {file.name: file.approved for file in report.files} == {
        f"{ROOT}/.rat-excludes": False,
        f"{ROOT}/LICENSE": True,
        f"{ROOT}/NOTICE": False,
        f"{ROOT}/a.py": False,
        f"{ROOT}/below/b.py": True,
    }
    assert report.exclusions == {".rat-excludes": b"*.json\n"}
    assert not (tmp_path.parent / "escape.py").exists()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("fail", "no memory"),
        ("nonsense", "printed no report"),
        ("silent", "examined no file"),
    ],
)
def test_a_run_without_a_report_fails_with_its_reason(
    tmp_path: Path, archive: Path, kind: str, words: str
) -> None:
    with pytest.raises(RatFailed, match=words):
        RatProgram(make_jar(tmp_path, kind), JAVA).audit(archive, "example-1.0.tar.gz")


def test_a_run_without_end_is_ended(tmp_path: Path, archive: Path) -> None:
    with pytest.raises(RatFailed, match="did not finish within 2 seconds"):
        RatProgram(make_jar(tmp_path, "slow"), JAVA, seconds=2).audit(archive, "example-1.0.tar.gz")


def test_what_is_not_there_is_named(tmp_path: Path, archive: Path) -> None:
    with pytest.raises(RatFailed, match=r"gone\.jar cannot be read"):
        RatProgram(tmp_path / "gone.jar", JAVA).audit(archive, "a.tar.gz")
    with pytest.raises(RatFailed, match="There is no program no-java"):
        RatProgram(make_jar(tmp_path, "new"), "no-java").audit(archive, "a.tar.gz")


def test_an_archive_that_cannot_be_unpacked_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(make_source(ROOT)[:-10])
    with pytest.raises(RatFailed):
        RatProgram(make_jar(tmp_path, "new"), JAVA).audit(broken, "a.tar.gz")
    assert main([str(broken), "a.tar.gz", str(tmp_path)]) == 1


def test_the_program_is_told_from_another(tmp_path: Path) -> None:
    first = RatProgram(make_jar(tmp_path, "new")).identity
    assert (len(first), RatProgram(make_jar(tmp_path, "old")).identity == first) == (64, False)


def test_unpacking_keeps_to_the_folder_and_the_budget(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    archive = tmp_path / "a.zip"
    names = {"a": b"1", "a/b": b"is below a file", "/etc/x": b"2", "x" * 300: b"3", "c/../../d": b"4"}
    archive.write_bytes(make_zip(names))
    assert unpack_files(archive, "a.zip", folder) == 1
    assert [path.name for path in folder.rglob("*")] == ["a"]
    assert main([str(archive), "a.zip", str(folder)]) == 0
    with pytest.raises(Unreadable):
        unpack_files(archive, "a.zip", folder, Limits(members=2))


@pytest.mark.skipif(shutil.which("javac") is None, reason="there is no Java compiler here")
def test_java_runs_without_network_and_other_files(tmp_path: Path) -> None:
    classes = tmp_path / "classes"
    subprocess.run(["javac", "-d", classes, SIMULATOR / "StandIn.java"], check=True)
    jar, manifest = tmp_path / "rat.jar", b"Manifest-Version: 1.0\nMain-Class: StandIn\n\n"
    code = {path.name: path.read_bytes() for path in classes.iterdir()}
    jar.write_bytes(make_zip({"META-INF/MANIFEST.MF": manifest, **code}))
    archive, odd = tmp_path / "a", "r/b\N{SNOWMAN}.py"
    archive.write_bytes(make_tar_gz(TarMember("r/a.py", b"x"), TarMember(odd, b"Apache License")))
    report = RatProgram(jar).audit(archive, "a.tar.gz")
    state = describe_confinement()
    assert {file.name: file.approved for file in report.files} == {
        "r/a.py": False,
        odd: True,
        "network": state.seccomp,
        "outside": state.landlock > 0,
    }
