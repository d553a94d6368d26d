# SPDX-License-Identifier: Apache-2.0
"""Where members are: below the root, among tests, in documentation."""

import pytest

from atr.checks.member_places import (
    RootFinder,
    find_glob,
    is_among_tests,
    is_documentation,
    is_for_show,
    is_test_data,
    is_test_file,
)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "src/test/java/A.java",
            "tests/a.py",
            "a/testdata/b",
            "test-data/a",
            "src/it/a/pom.xml",
            "a/fixtures/b",
        ),
        *(
            "lib/java/src/crossTest/resources/a",
            "src/testFixtures/a",
            "src/integration-test/a",
            "e2e/a",
            "a/Test/b",
        ),
        *("superset/tests/unit_tests/a", "a/__mocks__/b", "js-tests/a", "test_helpers/a", "a/golden/b"),
    ],
)
def test_test_folders_are_known(path: str) -> None:
    assert is_among_tests(path)
    assert is_test_file(path)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "src/main/a",
            "contest/a",
            "attestation/a",
            "testament/a",
            "latest/a",
            "protest/a",
            "translations/it/a",
        ),
        *("spec/a", "test", "src/tested/a", "greatest/a", "fastest-route/a"),
    ],
)
def test_other_folders_are_not(path: str) -> None:
    assert not is_among_tests(path)


@pytest.mark.parametrize(
    "path", ["a/test_a.py", "a/b_test.go", "a/BTest.java", "a/BTests.cs", "a/b.test.ts", "Test.java"]
)
def test_tests_are_known_by_their_own_names(path: str) -> None:
    assert is_test_file(path)
    assert not is_among_tests(path)


@pytest.mark.parametrize("path", ["a/latest.py", "a/Attest.java", "a/contest_a.go", "a/testify"])
def test_names_that_only_sound_alike_are_none(path: str) -> None:
    assert not is_test_file(path)


@pytest.mark.parametrize(
    ("path", "is_data"),
    [
        ("src/test/resources/A.java", True),
        ("tests/data/a.py", True),
        ("tests/a.xml", True),
        ("fixtures/a.py", True),
        ("tests/a.py", False),
        ("src/test/java/org/A.java", False),
        ("data/a.xml", False),
    ],
)
def test_data_is_told_from_the_code_of_tests(path: str, *, is_data: bool) -> None:
    assert is_test_data(path) is is_data


def test_documents_and_examples_are_known() -> None:
    assert is_documentation("a/docs/b")
    assert is_for_show("a/docs/b")
    assert is_for_show("examples/b")
    assert not is_documentation("examples/b")
    assert not is_for_show("docker/b")


def test_the_one_root_folder_is_stripped() -> None:
    root = RootFinder()
    for path in ("a-1.0/x", "a-1.0/y/z"):
        root.note(path)
    assert root.drop_root("a-1.0/y/z") == "y/z"
    root.note("b/x")
    assert root.drop_root("a-1.0/y/z") == "a-1.0/y/z"


def test_files_at_the_top_mean_that_there_is_no_root_folder() -> None:
    root = RootFinder()
    assert root.drop_root("a/x") == "a/x"
    root.note("x")
    root.note("a/x")
    assert root.drop_root("a/x") == "a/x"


def test_globs_fit_below_the_root_and_as_a_whole() -> None:
    assert find_glob(("x/*", "a/b/*"), "b/c/d", "a/b/c/d") == "a/b/*"
    assert find_glob(("b/*",), "b/c/d", "a/b/c/d") == "b/*"
    assert find_glob((), "b", "a/b") is None
