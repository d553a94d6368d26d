# SPDX-License-Identifier: Apache-2.0
"""Which licence the header of a file states."""

import textwrap

import pytest

from atr.formats.licence_header import classify_header, extract_comments, has_licence_hint
from tests.support.licence_texts import BSD, ISC, MIT, THIRD

GNU = """
This program is free software; you can redistribute it and/or modify it under the terms of the GNU {name}
General Public License as published by the Free Software Foundation; {version}.
This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY.
"""
LATER = "either version {} of the License, or (at your option) any later version"
ONLY = "version {} of the License"


def comment(text: str) -> str:
    return "#!/bin/sh\n" + textwrap.indent(textwrap.fill(text, 70), "# ", lambda _: True) + "\nimport os\n"


@pytest.mark.parametrize(
    ("header", "licences"),
    [
        ("// SPDX-License-Identifier: MIT\n", ("MIT",)),
        (
            "/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */\n",
            ("GPL-2.0-only WITH Linux-syscall-note",),
        ),
        ("<!-- SPDX-License-Identifier: (MIT OR GPL-2.0-only) -->\n", ("MIT OR GPL-2.0-only",)),
        ("# SPDX-License-Identifier: mit\n", ("MIT",)),
        ("# SPDX-License-Identifier: Odd-One\n", ("LicenseRef-Odd-One",)),
        ("# SPDX-License-Identifier: NOASSERTION\n", ("NOASSERTION",)),
        ("# SPDX-License-Identifier: ((\n# Licensed under the MIT license\n", ("MIT",)),
        ("# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: ISC\n", ("MIT", "ISC")),
    ],
)
def test_spdx_tags_come_first(header: str, licences: tuple[str, ...]) -> None:
    assert classify_header(header) == licences


@pytest.mark.parametrize(
    ("statement", "licences"),
    [
        (
            'Licensed under the Apache License, Version 2.0 (the "License"); you may not use this',
            ("Apache-2.0",),
        ),
        (
            "This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.",
            ("MPL-2.0",),
        ),
        (
            "The contents of this file are subject to the Mozilla Public License Version 1.1",
            ("MPL-1.1",),
        ),
        (GNU.format(name="", version=LATER.format(2)), ("GPL-2.0-or-later",)),
        (GNU.format(name="", version=ONLY.format(2)), ("GPL-2.0-only",)),
        (GNU.format(name="", version=LATER.format(3)), ("GPL-3.0-or-later",)),
        (GNU.format(name="Lesser", version=LATER.format("2.1")), ("LGPL-2.1-or-later",)),
        (GNU.format(name="Library", version=LATER.format(2)), ("LGPL-2.0-or-later",)),
        (GNU.format(name="Affero", version=LATER.format(3)), ("AGPL-3.0-or-later",)),
        ("Licensed under the GPL", ("GPL-1.0-or-later",)),
        ("Licensed under the terms of version 2 of the GNU General Public License", ("GPL-2.0-only",)),
        ("Licensed under the LGPLv3", ("LGPL-3.0-only",)),
        ("made available under the terms of the Eclipse Public License v1.0", ("EPL-1.0",)),
        ("made available under the terms of the Eclipse Public License 2.0", ("EPL-2.0",)),
        ("made available under the terms of the Eclipse Distribution License v1.0", ("BSD-3-Clause",)),
        (
            (
                "The contents of this file are subject to the terms of the Common "
                "Development and Distribution License"
            ),
            ("CDDL-1.0",),
        ),
        (
            (
                "Use of this source code is governed by a BSD-style license that can "
                "be found in the LICENSE file."
            ),
            ("BSD-3-Clause",),
        ),
        ("jQuery v3.1 (c) jQuery Foundation. Released under the MIT license", ("MIT",)),
        ("Distributed under the Boost Software License, Version 1.0.", ("BSL-1.0",)),
        (
            "This work is licensed under a Creative Commons Attribution-NonCommercial 4.0 licence",
            ("CC-BY-NC-4.0",),
        ),
        ("This file is in the public domain.", ("LicenseRef-Public-Domain",)),
        ("Dual licensed under the MIT and GPL licenses.", ("MIT OR GPL-1.0-or-later",)),
        (
            "Licensed under either the MIT license or the Apache License, Version 2.0",
            ("MIT OR Apache-2.0",),
        ),
        ("@license MIT", ("MIT",)),
        (
            "Licensed under the MIT license with the Commons Clause",
            ("MIT", "LicenseRef-Commons-Clause"),
        ),
        ("Licensed under the MIT (http://example.org/mit-license.php) license.", ("MIT",)),
        (
            GNU.format(name="", version=LATER.format(3))
            + "As a special exception, you may create a larger work that contains part or all of the Bison "
            "parser skeleton and distribute that work under terms of your choice",
            ("GPL-3.0-or-later WITH Bison-exception-2.2",),
        ),
        (
            GNU.format(name="", version=LATER.format(2))
            + "As a special exception, if you distribute this file as part of a program that contains a "
            "configuration script generated by Autoconf, you may include it under the same terms",
            ("GPL-2.0-or-later WITH Autoconf-exception-generic",),
        ),
        (
            "Part of the LLVM Project, under the Apache License v2.0 with LLVM Exceptions.",
            ("Apache-2.0 WITH LLVM-exception",),
        ),
        ("This is free and unencumbered software released into the public domain.", ("Unlicense",)),
        (BSD.format(clause=THIRD) + "\nSome programs are released under the GPL.", ("BSD-3-Clause",)),
        (MIT, ("MIT",)),
        (BSD.format(clause=THIRD), ("BSD-3-Clause",)),
        (BSD.format(clause=""), ("BSD-2-Clause",)),
        (ISC, ("ISC",)),
        ("The MIT License (MIT)\n" + MIT, ("MIT",)),
    ],
)
def test_statements_and_texts_are_recognised(statement: str, licences: tuple[str, ...]) -> None:
    header = comment(statement)
    assert has_licence_hint(header.encode())
    assert classify_header(header) == licences


@pytest.mark.parametrize(
    "header",
    [
        "",
        "import os\n",
        "# This tool finds out which licence a file has.\n",
        "# Users need the permission to write.\n",
        "# This code is free; it is not under the MIT license.\n",
        "int main() {\n" * 10 + "// Licensed under the MIT license\n",
        'X = 1\nNAME = "licensed under the MIT license"\n',
        comment(
            "Generated for the Massachusetts Institute (MIT). " + "Nothing is said about terms here. " * 12
        ),
    ],
)
def test_other_headers_state_nothing(header: str) -> None:
    assert classify_header(header) == ()


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("/* one\n * two\n */ code();\n// three\n", "one\n* two\n\n// three"),
        ("/* one */ code();\n", "one"),
        ("<?php\n# one\n", "# one"),
        ('"""One.\n\nTwo.\n"""\nimport os\n', "One.\n\nTwo."),
        ("REM one\r\nrem two\r\n", "REM one\nrem two"),
        ("dnl one\n", "dnl one"),
        ('r"""One.\n"""\n', "One."),
        ("--[[ one\ntwo ]]\nx = 1\n-- three\n", "one\ntwo \n-- three"),
        ("{- one -}\n", "one"),
    ],
)
def test_comments_are_what_counts(text: str, comments: str) -> None:
    assert extract_comments(text) == comments


@pytest.mark.parametrize("head", [b"", b"import os\n" * 300, b"\0license\0", b"x" * 4000 + b"license"])
def test_most_files_are_passed_over_by_a_look_at_their_bytes(head: bytes) -> None:
    assert not has_licence_hint(head)
