# SPDX-License-Identifier: Apache-2.0
"""Patterns that take linear time."""

import pytest

from atr.formats.patterns import PatternSet, compile_linear
from tests.support.growth import LINEAR, measure_growth


def test_alternatives_are_searched_in_bytes() -> None:
    pattern = compile_linear("^ab", r"c(\d+)", ignore_case=True)
    found = pattern.search(b"xab\nAB C12")
    assert found is not None
    assert (found.start(), found.end(), found[0]) == (4, 6, b"AB")
    assert [match[0] for match in pattern.finditer(b"c1 c22")] == [b"c1", b"c22"]
    assert compile_linear("\xe9").search("é".encode("latin-1")) is not None


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="is no pattern"):
        compile_linear("(")


def test_a_set_names_all_that_fit() -> None:
    patterns = PatternSet([(7, "a.*"), (3, ".*b"), (5, "("), (3, "ab")])
    assert patterns.match("ab") == [3, 7]
    assert patterns.match("b") == [3]
    assert patterns.match("x") == []
    assert PatternSet([]).match("x") == []


def test_a_set_that_takes_too_much_memory_is_split() -> None:
    many = [(number, f"{'é.*ü' * 20}{number}") for number in range(800)]
    assert PatternSet(many).match("éü" * 20 + "777") == [777]


def test_a_pattern_that_python_cannot_bear_costs_nothing() -> None:
    pattern = compile_linear("^(a+)+$")
    assert pattern.search(b"aa!") is None
    assert measure_growth(lambda length: pattern.search(b"a" * length + b"!"), 1_250) < LINEAR
