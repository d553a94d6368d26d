# SPDX-License-Identifier: Apache-2.0
"""Erlang term files: data, and nothing else."""

import pytest
from hypothesis import example, given, strategies

from atr.formats.erlang_terms import LARGEST_TERMS, Term, read_terms


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ('<<"a b">>.', "a b"),
        ('<<"ä"/utf8>>.', "ä"),
        ("<<97, 195,164>>.", "aä"),
        ("<<>>.", ""),
        (r'<<"\"\\\n\x41\x{e4}\101\q">>.', '"\\\nAäAq'),
        ('"text".', "text"),
        ("12.", 12),
        ("-1.5e3.", -1500.0),
        ("true.", True),
        ("false.", False),
        ("undefined.", None),
        ("some_atom@x.", "some_atom@x"),
        (r"'Any \'atom'.", "Any 'atom"),
        ("[].", []),
        ("{}.", ()),
        ('[{<<"a">>,[1,2]},{b,{}}].', [("a", [1, 2]), ("b", ())]),
        ('#{<<"a">> => 1, b => []}.', [("a", 1), ("b", [])]),
        ("#{}.", []),
        ("% a comment.\n [ 1 % another\n , 2 ] .", [1, 2]),
    ],
)
def test_terms_are_read(text: str, term: Term) -> None:
    assert read_terms(text.encode()) == [term]


def test_a_file_has_several_terms() -> None:
    assert read_terms(b"a. b.\n%end\n") == ["a", "b"]
    assert read_terms(b"") == []


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a,b.",
        "[1,2.",
        "{1 2}.",
        "#{1}.",
        "#{1 => 2 3}.",
        "fun() -> ok end.",
        "os:cmd(x).",
        "A.",
        "<<1:16>>.",
        "<<300>>.",
        "<<255>>.",
        r'"\x{110000}".',
        ".",
        "]",
        "[" * 33 + "]" * 33 + ".",
        "\x00",
    ],
)
def test_what_is_no_data_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_terms(text.encode())


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes"):
        read_terms(b" " * (LARGEST_TERMS + 1))


@given(
    strategies.text("[]{}<>\",.#=>a1%\\' \n", max_size=60).map(str.encode) | strategies.binary(max_size=60)
)
@example(b"[" * 5000)
@example(b'"' + b"\\" * 50_000)
@example(b"<<" + b"1," * 50_000)
@example(b"%\n" * 50_000)
@example(b"1" * 50_000 + b".")
def test_nothing_but_a_complaint_comes_of_noise(data: bytes) -> None:
    try:
        read_terms(data)
    except ValueError:
        return
