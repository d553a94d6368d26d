# SPDX-License-Identifier: Apache-2.0
"""Lists of exclusions for Apache RAT, in all the ways in which projects write them."""

import pytest
from hypothesis import given, strategies

from atr.formats.rat_excludes import make_rat_excludes, read_rat_excludes
from tests.support.growth import LINEAR, measure_growth


@pytest.mark.parametrize(
    ("pattern", "excluded", "kept"),
    [
        # regular expressions and wildcards for the name of a single file or folder
        (r".*\.pyc", ["a.pyc", "x/y.pyc"], ["x/y.py"]),
        (r".*json$", ["a.json", "x/y.json"], ["x/json.txt"]),
        ("*.json", ["a.json", "x/y.json"], ["a.jsonx"]),
        ("build", ["build/x", "a/build/y", "build"], ["builds/a", "rebuild"]),
        ("docs/", ["docs/x", "a/docs/b"], ["doc/x"]),
        ("jquery-?.js", ["a/jquery-1.js"], ["a/jquery-10.js"]),
        ("a[0-9].txt", ["a1.txt"], ["ab.txt"]),
        ("a[!0-9].txt", ["ab.txt"], ["a.txt"]),
        (".*", [".hidden", "a/.idea/b"], ["a", "a/b.java"]),
        ("a(b", ["a(b"], ["ab"]),
        ("a.b", ["x/a.b"], []),
        # paths in the manner of Ant
        ("**/target/**", ["target/a", "x/target/y/z"], ["targets/x"]),
        ("src/**/gen/*.java", ["src/gen/A.java", "src/a/b/gen/A.java"], ["src/a/A.java"]),
        ("**/*.iml", ["a.iml", "x/y/a.iml"], ["a.imlx"]),
        ("%ant[**/x/*.y]", ["x/a.y", "b/x/a.y"], ["x/b/a.y"]),
        (r"%regex[src/.*\.x]", ["src/a/b.x"], ["srcs/a.x", "b.x"]),
        # whole paths, as scripts around RAT have them
        ("cpp/vendored/*", ["cpp/vendored/a.h", "cpp/vendored/x/y.h"], ["cpp/a.h"]),
        ("./foo/bar.txt", ["foo/bar.txt"], ["bar.txt"]),
        ("/foo/bar.txt", ["foo/bar.txt"], ["bar.txt"]),
        (r"foo\bar.txt", ["foo/bar.txt"], ["bar.txt"]),
        ("dev/tools", ["dev/tools/a", "x/dev/tools"], ["dev/a"]),
    ],
)
def test_every_way_of_writing_is_understood(pattern: str, excluded: list[str], kept: list[str]) -> None:
    excludes = make_rat_excludes([pattern])
    assert [path for path in excluded if excludes.find(path) != pattern] == []
    assert [path for path in kept if excludes.find(path) is not None] == []


def test_comments_and_empty_lines_say_nothing() -> None:
    excludes = read_rat_excludes("\ufeff# why\r\n\r\n  *.a  \r\n// other\n*.a\n*.b\n" + "x" * 1000)
    assert excludes.patterns == ("*.a", "*.b")
    assert read_rat_excludes("").find("a") is None


def test_the_first_pattern_that_fits_is_named() -> None:
    assert make_rat_excludes(["*.b", "*.a", "x/*"]).find("x/y.a") == "*.a"


def test_a_later_pattern_may_include_again() -> None:
    excludes = make_rat_excludes(["*.xml", "!keep.xml"])
    assert excludes.find("a.xml") == "*.xml"
    assert excludes.find("keep.xml") is None


def test_hostile_patterns_and_paths_cost_little() -> None:
    patterns = [
        "(x+x+)+y",
        "(.*a){50}" * 5,
        "[" * 200,
        "(" * 200,
        *(f".*a.{{{number}}}" for number in range(200)),
    ]
    excludes = make_rat_excludes([*patterns, "(a|aa)*$"])
    assert measure_growth(lambda length: excludes.find("xa" * length + "!"), 100) < LINEAR


@given(strategies.lists(strategies.text(max_size=40), max_size=8), strategies.text(min_size=1, max_size=60))
def test_any_pattern_and_path_get_an_answer(patterns: list[str], path: str) -> None:
    excludes = make_rat_excludes(patterns)
    assert excludes.find(path) in {None, *patterns}


def test_names_that_are_no_utf_8_are_compared_too() -> None:
    assert make_rat_excludes(["*.a"]).find("\udcff.a") == "*.a"
