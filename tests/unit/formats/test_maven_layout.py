# SPDX-License-Identifier: Apache-2.0
"""Where files go in a Maven repository."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.names import FilePath
from atr.formats.maven_layout import Coordinates, LaidFile, lay_out
from atr.formats.pom import Pom

COORDINATES = Coordinates("org.example", "a", "1.0")


def place(
    paths: list[str], poms: dict[str, Pom] | None = None, coordinates: Coordinates = COORDINATES
) -> dict[str, str]:
    return {file.path: file.target for file in lay(paths, poms, coordinates)}


def lay(
    paths: list[str], poms: dict[str, Pom] | None = None, coordinates: Coordinates = COORDINATES
) -> tuple[LaidFile, ...]:
    described = poms if poms is not None else {"a-1.0.pom": Pom("org.example", "a", "1.0")}
    files = [FilePath(path) for path in [*paths, *described]]
    return lay_out(files, {FilePath(path): pom for path, pom in described.items()}, coordinates)


def test_files_go_to_the_folder_of_their_artifact() -> None:
    folder = "org/example/a/1.0"

    assert place(["x/a-1.0.jar", "x/a-1.0-sources.jar", "a-1.0-bin.tar.gz", "a-1.0.module"]) == {
        "a-1.0.pom": f"{folder}/a-1.0.pom",
        "x/a-1.0.jar": f"{folder}/a-1.0.jar",
        "x/a-1.0-sources.jar": f"{folder}/a-1.0-sources.jar",
        "a-1.0-bin.tar.gz": f"{folder}/a-1.0-bin.tar.gz",
        "a-1.0.module": f"{folder}/a-1.0.module",
    }


def test_project_files_go_first_and_signatures_go_along() -> None:
    pom, jar = lay(["a-1.0.jar", "a-1.0.jar.asc"])

    assert (pom.target, pom.signature) == ("org/example/a/1.0/a-1.0.pom", None)
    assert (jar.path, jar.signature) == ("a-1.0.jar", "a-1.0.jar.asc")


def test_checksum_files_are_left_out() -> None:
    extra = [f"a-1.0.jar{ending}" for ending in (".md5", ".sha1", ".sha256", ".sha512", ".asc.md5")]

    assert place(extra) == {"a-1.0.pom": "org/example/a/1.0/a-1.0.pom"}


def test_the_longest_artifact_that_fits_counts() -> None:
    poms = {
        "a-1.0.pom": Pom("org.example", "a", "1.0"),
        "a-1.0-x-1.0.pom": Pom("org.example.more", "a-1.0-x", "1.0"),
    }

    assert place(["a-1.0-x-1.0.jar"], poms)["a-1.0-x-1.0.jar"].startswith("org/example/more/a-1.0-x/1.0/")


def test_the_folder_of_the_candidate_decides_between_groups() -> None:
    poms = {
        "org/example/one/m/1.0/m-1.0.pom": Pom("org.example.one", "m", "1.0"),
        "org/example/two/m/1.0/m-1.0.pom": Pom("org.example.two", "m", "1.0"),
        "a-1.0.pom": Pom("org.example", "a", "1.0"),
    }
    jars = ["org/example/one/m/1.0/m-1.0.jar", "org/example/two/m/1.0/m-1.0.jar"]

    found = place(jars, poms)

    assert [found[jar] for jar in jars] == jars


@pytest.mark.parametrize(
    ("paths", "poms", "complaint"),
    [
        (["b-1.0.jar"], None, "b-1.0.jar belongs to no .pom file"),
        (["a-1.0.1.jar"], None, "belongs to no .pom file"),
        (["a-1.0"], None, "belongs to no .pom file"),
        (["a-1.0.zip.asc"], None, "signature of a file that does not go along"),
        (["x/a-1.0.jar", "y/a-1.0.jar"], None, "would both become org/example/a/1.0/a-1.0.jar"),
        ([], {}, "No .pom file among the files is that of org.example:a"),
        ([], {"a-1.0.pom": Pom("org.example", "b", "1.0")}, "wrong name"),
        ([], {"a-1.0.pom": Pom("org.example", "a", "1.1")}, "version 1.1, but the release goes there as 1.0"),
        ([], {"a-1.0.pom": Pom("org.examples", "a", "1.0")}, "of the group org.examples"),
        ([], {"a-1.0.pom": Pom("org", "a", "1.0")}, "of the group org,"),
        ([], {"a-1.0.pom": Pom("org.example.sub", "a", "1.0")}, "is that of org.example:a"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    paths: list[str], poms: dict[str, Pom] | None, complaint: str
) -> None:
    with pytest.raises(Invalid) as refused:
        place(paths, poms)
    assert complaint in str(refused.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        place(["b.jar", "c.jar"], {"a-1.0.pom": Pom("net.other", "a", "2")})
    assert len(refused.value.problems) == 6
