# SPDX-License-Identifier: Apache-2.0
"""Headers: what counts as the same words, what is told about others, and how files without one are known."""

import time

import pytest
from hypothesis import given, strategies

from atr.formats.comments import STYLES
from atr.formats.header_text import ASF_HEADER, HeaderReader, HeaderState

BODY = b"\n".join(b"value = %d" % number for number in range(100))
BLOCK = STYLES["block"].wrap(ASF_HEADER)
ONE_LINE = " ".join(ASF_HEADER.split())


def examine(text: str | bytes, reader: HeaderReader | None = None) -> HeaderState:
    """Return the state of a file with this beginning and some code after it."""
    head = (text.encode() if isinstance(text, str) else text) + b"\n" + BODY
    return (reader or HeaderReader()).examine(head[:8192]).state


def explain(text: str) -> str:
    """Return what is told about the header."""
    return HeaderReader().examine(text.encode() + b"\n" + BODY).detail


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        "#!/usr/bin/env bash\n" + STYLES["hash"].wrap(ASF_HEADER),
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE x>\n' + STYLES["markup"].wrap(ASF_HEADER),
        "# -*- coding: utf-8 -*-\n#\n" + STYLES["hash"].wrap(ASF_HEADER),
        "<?php\n\n" + BLOCK,
        f"# {ONE_LINE}",
        f"  ~ {ONE_LINE}",
        f'"""\n{ASF_HEADER}"""',
        f"/*! {ONE_LINE} */",
        BLOCK.replace("http:", "https:"),
        BLOCK.replace("LICENSE-2.0", "LICENSE-2.0.txt"),
        BLOCK.replace('"', "&quot;"),
        BLOCK.replace("\n *   http", "\n * <p>\n *   http"),
        BLOCK.replace("this file\n * to you", "this file to You"),
        BLOCK.replace("\n", "\r\n"),
        BLOCK.replace("\n", "\r"),
        BLOCK.replace("the Apache Software Foundation (ASF)", "Apache Software Foundation (ASF)"),
        BLOCK.replace("The ASF licenses", "Apache Software Foundation (ASF) licenses"),
        BLOCK.replace("the Apache Software Foundation (ASF)", "the ASF"),
        "C     " + ASF_HEADER.replace("\n", "\nC     "),
        "rem " + ASF_HEADER.replace("\n", "\nrem "),
        "::REM " + ASF_HEADER.replace("\n", "\n::REM "),
        "##*****\n## * " + ASF_HEADER.replace("\n", "\t*##\n## * "),
        BLOCK.replace("Licensed to the Apache", "Licensed\n * to the\n * Apache"),
        f"// Copyright 2020 Somebody, licensed to you.\n{BLOCK}",
    ],
)
def test_the_words_alone_count(text: str) -> None:
    assert examine(text) is HeaderState.COMPLETE


def test_a_header_in_utf_16_is_read() -> None:
    assert HeaderReader().examine(BLOCK.encode("utf-16")).state is HeaderState.COMPLETE


@pytest.mark.parametrize(
    ("text", "state", "told"),
    [
        (
            BLOCK.replace("compliance", "accordance"),
            HeaderState.ALTERED,
            "stands 'accordance with the license you'",
        ),
        (BLOCK.replace("compliance", "accordance"), HeaderState.ALTERED, "after 'use this file except in'"),
        (BLOCK.replace(" or agreed to", ""), HeaderState.ALTERED, "is expected"),
        (BLOCK.replace("Unless", "Even unless"), HeaderState.ALTERED, "'even unless required by applicable'"),
        (STYLES["hash"].wrap(ASF_HEADER[:300]), HeaderState.INCOMPLETE, "are missing"),
        (
            STYLES["hash"].wrap(ASF_HEADER[:-20]),
            HeaderState.INCOMPLETE,
            "the words 'under the license' are missing",
        ),
    ],
)
def test_the_first_difference_is_told(text: str, state: HeaderState, told: str) -> None:
    assert examine(text) is state
    assert told in explain(text)


@pytest.mark.parametrize("lines", range(7400, 8150, 10))
def test_a_header_may_go_on_after_the_first_8_kib(lines: int) -> None:
    late = (b"\n" * lines + STYLES["hash"].wrap(ASF_HEADER).encode() + BODY)[:8192]
    assert HeaderReader().examine(late).state in {HeaderState.COMPLETE, HeaderState.MISSING}


def test_what_was_seen_once_is_recognised_again() -> None:
    reader = HeaderReader()
    altered = BLOCK.replace("compliance", "accordance")
    for _ in range(3):
        assert examine(BLOCK, reader) is HeaderState.COMPLETE
        assert examine(altered, reader) is HeaderState.ALTERED
        assert examine("// SPDX-License-Identifier: Apache-2.0", reader) is HeaderState.SPDX
        assert examine(BLOCK.replace("  ", " "), reader) is HeaderState.COMPLETE
        assert examine("nothing", reader) is HeaderState.MISSING


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("// SPDX-License-Identifier: Apache-2.0", HeaderState.SPDX),
        ("/* SPDX-License-Identifier: Apache-2.0 */", HeaderState.SPDX),
        ("<!-- SPDX-License-Identifier: Apache-2.0 -->", HeaderState.SPDX),
        ("# SPDX-License-Identifier: apache-2.0", HeaderState.SPDX),
        ("# SPDX-License-Identifier: (Apache-2.0 OR MIT)", HeaderState.SPDX),
        ("# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception", HeaderState.SPDX),
        ("# SPDX-License-Identifier: MIT", HeaderState.THIRD_PARTY),
        ("# SPDX-License-Identifier: LicenseRef-Own", HeaderState.THIRD_PARTY),
        ("# SPDX-License-Identifier: Apache 2.0", HeaderState.MALFORMED_SPDX),
        ("# SPDX-License-Identifier: Apache2", HeaderState.MALFORMED_SPDX),
        ("# SPDX-License-Identifier:", HeaderState.MALFORMED_SPDX),
        ("# SPDX-License-Identifier: MIT AND", HeaderState.MALFORMED_SPDX),
        ("# SPDX License Identifier: Apache-2.0", HeaderState.MALFORMED_SPDX),
    ],
)
def test_spdx_lines_are_read(line: str, state: HeaderState) -> None:
    assert examine(line) is state


GENERATED = """
    Code generated by protoc-gen-go. DO NOT EDIT.
    Generated by the protocol buffer compiler.  DO NOT EDIT!
    Autogenerated by Thrift Compiler (0.20.0)
    Generated from Example.g4 by ANTLR 4.13.1
    Generated By:JavaCC: Do not edit this line. Parser.java
    Generated By:JJTree: Do not edit this line. Node.java
    A Bison parser, made by GNU Bison 3.8.2.
    A lexical scanner generated by flex
    Generated automatically by automake
    Makefile.in generated by automake 1.16.5 from Makefile.am.
    Generated by GNU Autoconf 2.71 for example 1.0.
    config.h.in.  Generated from configure.ac by autoheader.
    This file was automatically generated by SWIG
    Generated by Cython 3.0.8
    This file is generated, do not edit
    @generated by Cargo
    This code was auto-generated by OpenAPI Generator
    AUTO-GENERATED FILE
    THIS FILE IS AUTOMATICALLY GENERATED
    Generated by javadoc (17) on Fri Jan 05
    DO NOT MODIFY THIS FILE
    Microsoft Developer Studio Generated NMAKE File
    Code generated by MockGen. DO NOT EDIT.
"""


@pytest.mark.parametrize("line", [each.strip() for each in GENERATED.strip().splitlines()])
def test_generated_files_say_so(line: str) -> None:
    assert examine(f"// {line}") is HeaderState.GENERATED


@pytest.mark.parametrize(
    "line",
    [
        "The token is generated by the server and checked here.",
        "Numbers that were generated are returned.",
        "Users may change it, but do not change the order.",
    ],
)
def test_other_talk_of_generating_says_nothing(line: str) -> None:
    assert examine(f"# {line}") is HeaderState.MISSING


def test_a_minified_file_is_generated() -> None:
    assert HeaderReader().examine(b"a=1;" * 1000).state is HeaderState.GENERATED


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Licensed under the Apache License, Version 2.0", HeaderState.APACHE),
        (
            "Copyright 2019 Somebody\n * Licensed under the Apache\n * License, Version 2.0",
            HeaderState.APACHE,
        ),
        ("Copyright (c) 2019, Somebody.", HeaderState.THIRD_PARTY),
        ("Copyright © 2019 Somebody", HeaderState.THIRD_PARTY),
        ("Permission is hereby granted, free of charge, to any person", HeaderState.THIRD_PARTY),
        ("Redistribution and use in source and binary forms", HeaderState.THIRD_PARTY),
        ("it under the terms of the GNU General Public License", HeaderState.THIRD_PARTY),
        ("@license React v17", HeaderState.THIRD_PARTY),
        ("Released under the MIT license", HeaderState.THIRD_PARTY),
        ("This is placed in the public domain.", HeaderState.THIRD_PARTY),
        ("This file is about licences.", HeaderState.MISSING),
        ("Copyright is a subject of law.", HeaderState.MISSING),
    ],
)
def test_licences_of_others_are_no_missing_headers(text: str, state: HeaderState) -> None:
    assert examine(f"/*\n * {text}\n */") is state


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"x = 1\n", b"import a\n\n\nimport b\n", b"<a>\n<b/>\n</a>\n"]
)
def test_a_few_lines_need_no_header(content: bytes) -> None:
    assert HeaderReader().examine(content).state is HeaderState.SHORT


@pytest.mark.parametrize("content", [b"a\nb\nc\nd\n", b"x" * 257])
def test_more_than_a_few_lines_do(content: bytes) -> None:
    assert HeaderReader().examine(content).state is HeaderState.MISSING


def test_the_expected_header_is_the_policy_s() -> None:
    expected = "Copyright The Example Foundation.\nYou may use this file under the Example License."
    reader = HeaderReader(expected, "LicenseRef-Example")
    assert examine(f"# {' '.join(expected.split())}", reader) is HeaderState.COMPLETE
    assert examine(f"# {expected.replace('You may', 'You must')}", reader) is not HeaderState.COMPLETE
    assert examine("# SPDX-License-Identifier: LicenseRef-Example", reader) is HeaderState.SPDX
    assert examine(BLOCK, reader) is not HeaderState.COMPLETE


def test_a_usual_header_takes_far_less_than_an_unusual_one() -> None:
    usual = (BLOCK.encode() + BODY * 10)[:8192]
    unusual = (BLOCK.replace(" ", "  ").encode() + BODY * 10)[:8192]
    assert min(_measure(usual) for _ in range(20)) * 10 < min(_measure(unusual) for _ in range(20))


def _measure(head: bytes) -> float:
    reader = HeaderReader()
    reader.examine(BLOCK.encode())
    started_at = time.perf_counter()
    reader.examine(head)
    return time.perf_counter() - started_at


@given(strategies.binary(max_size=3000))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    reader = HeaderReader()
    assert reader.examine(content) == reader.examine(content)
    assert reader.examine(BLOCK.encode() + content).state is HeaderState.COMPLETE


@given(strategies.integers(0, len(ASF_HEADER.split()) - 1))
def test_any_missing_word_but_of_the_foundation_s_name_is_noticed(place: int) -> None:
    words = ASF_HEADER.split()
    following = " ".join(words[place : place + 3])
    is_optional = following.startswith(("the Apache Software", "The ASF", "(ASF)"))
    del words[place]
    assert (examine("# " + " ".join(words)) is HeaderState.COMPLETE) is is_optional


def _mark(text: str) -> bytes:
    return "".join(f"# {line}\n" for line in text.splitlines()).encode()


WHOLE = _mark(ASF_HEADER)
CUT = _mark(ASF_HEADER.replace("regarding", "egarding"))
KINDRED = (
    WHOLE,
    CUT,
    CUT.replace(b"Licensed", b"LICENSED") + WHOLE,
    CUT + WHOLE,
    WHOLE.rstrip() + b"s\n",
    CUT + b"# SPDX-License-Identifier: Apache-2.0\n",
    b"# spdx-license-identifier: MIT\n# SPDX-License-Identifier: Apache-2.0",
    b"# SPDX-License-Identifier: Apache-2.0",
    b"# SPDX-License-Identifier: Apache-2.\n",
)


@pytest.mark.parametrize("before", KINDRED)
@pytest.mark.parametrize("head", KINDRED)
def test_a_verdict_does_not_depend_on_files_seen_before(before: bytes, head: bytes) -> None:
    seasoned = HeaderReader()
    seasoned.examine(before)
    assert seasoned.examine(head) == HeaderReader().examine(head)
