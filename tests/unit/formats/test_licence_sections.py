# SPDX-License-Identifier: Apache-2.0
"""What LICENSE says about third parties."""

import pytest

from atr.formats.licence_names import same_family
from atr.formats.licence_sections import name_licences, read_licence_file
from tests.support.archives import LICENCE
from tests.support.licence_texts import BSD, ISC, MIT, THIRD

OWN = LICENCE.decode()
UNDERLINED = """
This product bundles parts of third parties, under these licences.

MIT License
-----------
static/jquery.js
See licenses/LICENSE-jquery.txt for the text.

Eclipse Public License (EPL) 2.0
--------------------------------
org.example:part https://example.org/CDDL+GPL-1.1
"""
BOXED = f"""
=======================================================================
For protobuf (third_party/protobuf):
=======================================================================
{BSD.format(clause=THIRD)}
=======================================================================
For d3 (ISC)
=======================================================================
{ISC}
"""
MARKDOWN = f"""
## lodash

{MIT}

## fonts

License: OFL-1.1
"""


def test_underlined_headings_begin_sections() -> None:
    document = read_licence_file(OWN + UNDERLINED, "Apache-2.0")
    told = [(section.title, section.licences) for section in document.sections]
    assert ("MIT License", ("MIT",)) in told
    assert ("Eclipse Public License (EPL) 2.0", ("EPL-2.0",)) in told
    assert document.licences == ("MIT", "EPL-2.0")
    assert document.pointers == ("licenses/LICENSE-jquery.txt",)


def test_boxes_and_texts_are_read() -> None:
    document = read_licence_file(OWN + BOXED, "Apache-2.0")
    told = {section.title: section.licences for section in document.sections}
    assert told["For protobuf (third_party/protobuf)"] == ("BSD-3-Clause",)
    assert told["For d3 (ISC)"] == ("ISC",)


def test_markdown_headings_begin_sections() -> None:
    document = read_licence_file(OWN + MARKDOWN, "Apache-2.0")
    told = {section.title: section.licences for section in document.sections}
    assert told["lodash"] == ("MIT",)
    assert told["fonts"] == ("OFL-1.1",)


def test_the_project_s_own_licence_is_no_section() -> None:
    assert read_licence_file(OWN, "Apache-2.0").licences == ()
    assert read_licence_file(OWN, "Apache-2.0").pointers == ()


def test_without_the_own_licence_everything_is_of_third_parties() -> None:
    assert read_licence_file(BOXED, "Apache-2.0").licences == ("BSD-3-Clause", "ISC")


def test_a_second_text_of_the_own_licence_is_told() -> None:
    document = read_licence_file(f"{OWN}\n========\nFor thrift:\n========\n{OWN}", "Apache-2.0")
    assert document.licences == ("Apache-2.0",)


@pytest.mark.parametrize(
    ("prose", "licences"),
    [
        ("This product bundles X, which is available under a 3-clause BSD license.", ("BSD-3-Clause",)),
        ("Bundled under the CDDL 1.1 and the EPL 2.0", ("CDDL-1.1", "EPL-2.0")),
        ("jquery (MIT), fonts (OFL-1.1), other (see below)", ("OFL-1.1", "MIT")),
        ("Either of (MIT OR Apache-2.0)", ("Apache-2.0", "MIT")),
        ("License: Zlib", ("Zlib",)),
        ("The Boost Software License - Version 1.0", ("BSL-1.0",)),
        ("see https://www.gnu.org/licenses/gpl-3.0.html", ()),
        ("thanks to everybody", ()),
    ],
)
def test_licences_are_named_in_many_ways(prose: str, licences: tuple[str, ...]) -> None:
    assert name_licences(prose) == licences


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("BSD-3-Clause", "BSD-2-Clause", True),
        ("MIT", "X11", True),
        ("GPL-2.0-only", "GPL-2.0-or-later", True),
        ("GPL-2.0-only", "GPL-3.0-only", False),
        ("BSD-4-Clause", "BSD-3-Clause", False),
        ("MPL-1.1", "MPL-2.0", False),
        ("Zlib", "Libpng", True),
        ("PSF-2.0", "Python-2.0.1", True),
    ],
)
def test_a_mention_covers_the_licences_it_may_mean(one: str, other: str, *, same: bool) -> None:
    assert same_family(one, other) is same
