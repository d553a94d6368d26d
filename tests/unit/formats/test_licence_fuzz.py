# SPDX-License-Identifier: Apache-2.0
"""Whatever strangers write, the readers of licences answer, and their answers can be read again."""

from hypothesis import example, given, settings, strategies

from atr.domain.licence import evaluate
from atr.formats.licence_expression import parse_expression, write_expression
from atr.formats.licence_header import classify_header, has_licence_hint
from atr.formats.licence_index import find_licences
from atr.formats.licence_sections import read_licence_file
from tests.support.licence_texts import BSD, ISC, MIT, THIRD

PIECES = strategies.sampled_from(
    [
        "/* ",
        " */",
        "# ",
        "<!-- ",
        "-->",
        '"""',
        "\n",
        "\r\n",
        "\f",
        "\0",
        "Copyright (c) 2010 ",
        "(c) ",
        "licensed under ",
        "the GNU General Public License ",
        "version 2 ",
        "or any later version ",
        "v3 ",
        "MIT ",
        "or ",
        "dual ",
        "(OFL-1.1)",
        "SPDX-License-Identifier: ",
        "Apache-2.0 ",
        "OR ",
        "AND ",
        "WITH ",
        "(",
        ")",
        "licenses/LICENSE-x.txt ",
        "=====\n",
        "## ",
        "Permission is hereby granted ",
        "redistribution and use ",
        MIT,
        ISC,
        BSD.format(clause=THIRD),
        MIT[200:],
        ISC[:300],
    ]
)
TEXTS = strategies.lists(PIECES | strategies.text(max_size=8), max_size=30).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_header_gets_expressions_that_can_be_judged(text: str) -> None:
    has_licence_hint(text.encode("utf-8", "replace"))
    for expression in classify_header(text):
        evaluate(parse_expression(expression))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_text_gets_places_inside_of_it(text: str) -> None:
    for match in find_licences(text):
        assert 0 <= match.start < match.end <= len(text)
        assert 0.8 <= match.coverage <= 1


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_licence_file_is_read_in_sections_that_stand_in_it(text: str) -> None:
    document = read_licence_file(text, "MIT")
    assert text.endswith(document.rest)
    assert all(section.text in text for section in document.sections)


@settings(max_examples=300, deadline=None)
@given(strategies.text(max_size=60))
@example("LicenseRef-x y OR MIT")
@example("MIT WITH a b")
@example("+")
def test_what_a_tag_says_can_be_written_and_read_again(text: str) -> None:
    for stated in classify_header(f"// SPDX-License-Identifier: {text}"):
        assert write_expression(parse_expression(stated)) == stated
