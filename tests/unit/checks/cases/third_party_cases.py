# SPDX-License-Identifier: Apache-2.0
"""Parts of third parties that LICENSE mentions, and such as should not be there."""

from collections.abc import Callable

from tests.support.archives import LEGAL, LICENCE, NOTICE, TarMember, make_tar_gz, make_zip
from tests.support.licence_texts import BSD, ISC, MIT, THIRD
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import NAME, Release

ROOT = "example-1.0"
Build = Callable[[Release], object]
GPL_HEADER = b"/* Licensed under the terms of the GNU General Public License, version 2. */\nint x;\n"
LGPL_SPDX = b"// SPDX-License-Identifier: LGPL-2.1-or-later\nint x;\n"
DUAL = b"/* jQuery. Dual licensed under the MIT and GPL licenses. */\nx();\n"
MIT_HEADER = b"/* Copyright 2010 Foo. Released under the MIT license. */\nx();\n"
MPL_HEADER = b"# This is subject to the terms of the Mozilla Public License, v. 2.0.\nx = 1\n"
ODD_TEXT = (
    b"Whoever finds this may keep it, unless it rains. Nobody promises anything to anybody at all. " * 4
)


def hold(contents: dict[str, bytes], mention: str = "") -> Build:
    """Return what builds a source with these files, and these words at the end of LICENSE."""
    legal = LEGAL | {"LICENSE": LICENCE + mention.encode()}
    members = [TarMember(f"{ROOT}/{name}", content) for name, content in (legal | contents).items()]
    return lambda release: release.add(NAME, make_tar_gz(*members))


def _wheel(contents: dict[str, bytes]) -> Build:
    legal = {f"example-1.0.dist-info/{name}": text for name, text in LEGAL.items()}
    return lambda release: release.add("example-1.0-py3-none-any.whl", make_zip(legal | contents))


_BSD = BSD.format(clause=THIRD).encode()
_POINTER = "\nFor d3 see licenses/LICENSE-d3.txt\n"
CASES = (
    Case("third-party.not-mentioned", "a header under MIT", hold({"static/a.js": MIT_HEADER}), finds=True),
    Case(
        "third-party.not-mentioned",
        "a bundled folder with LICENSE",
        hold({"vendor/pb/LICENSE": _BSD}),
        finds=True,
    ),
    Case(
        "third-party.not-mentioned",
        "a licence that LICENSE names",
        hold({"static/a.js": MIT_HEADER}, "\nMIT License\n"),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "a licence that LICENSE contains",
        hold({"static/a.js": MIT_HEADER}, MIT),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "a file that LICENSE names",
        hold({"static/a-thing.js": MIT_HEADER}, "\nstatic/a-thing.js\n"),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "a part that LICENSE names",
        hold({"vendor/protobuf/LICENSE": _BSD}, "\nThis bundles protobuf.\n"),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "files that LICENSE names by a pattern",
        hold({"static/jquery.ui.js": MIT_HEADER}, "\nstatic/jquery*\n"),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "a text that LICENSE points to",
        hold({"licenses/LICENSE-d3.txt": ISC.encode()}, _POINTER),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "a choice of which LICENSE names one",
        hold({"a.js": DUAL}, "\njQuery (MIT)\n"),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "files under the project's licence",
        hold({"sub/LICENSE": LICENCE, "a.c": b"// SPDX-License-Identifier: Apache-2.0\n"}),
        finds=False,
    ),
    Case(
        "third-party.not-mentioned",
        "a page about licences",
        hold({"docs/choose.md": b"# Licensed under the MIT license\n"}),
        finds=False,
    ),
    Case(
        "third-party.forbidden-licence", "a header under the GPL", hold({"src/x.c": GPL_HEADER}), finds=True
    ),
    Case(
        "third-party.forbidden-licence",
        "an SPDX line with the LGPL",
        hold({"src/x.c": LGPL_SPDX}),
        finds=True,
    ),
    Case("third-party.forbidden-licence", "a choice between MIT and GPL", hold({"a.js": DUAL}), finds=False),
    Case(
        "third-party.weak-copyleft", "a source file under the MPL", hold({"src/x.py": MPL_HEADER}), finds=True
    ),
    Case(
        "third-party.weak-copyleft", "the same in a binary", _wheel({"example/x.py": MPL_HEADER}), finds=False
    ),
    Case(
        "third-party.unknown-licence",
        "a licence that nobody knows",
        hold({"vendor/odd/LICENSE": ODD_TEXT}),
        finds=True,
    ),
    Case(
        "third-party.unknown-licence",
        "a licence in no category",
        hold({"src/x.c": b"// SPDX-License-Identifier: EUPL-1.2\n"}),
        finds=True,
    ),
    Case(
        "third-party.unknown-licence",
        "a few words that point elsewhere",
        hold({"vendor/odd/LICENSE": b"See ../../LICENSE\n"}),
        finds=False,
    ),
    Case("third-party.licences", "a header under MIT", hold({"static/a.js": MIT_HEADER}, MIT), finds=True),
    Case("third-party.licences", "nothing of third parties", hold({"NOTICE.md": NOTICE}), finds=False),
)
