# SPDX-License-Identifier: Apache-2.0
"""Markdown of people as HTML: what it may say, and what it never does."""

import pytest

from atr.web.markdown import render_markdown


def test_lists_code_tables_and_emphasis_are_rendered() -> None:
    html = render_markdown("1. Run `atr verify`\n2. **Build** it\n\n| a |\n|---|\n| ~~1~~ |\n")

    assert "<li>Run <code>atr verify</code></li>" in html
    assert "<strong>Build</strong>" in html
    assert "<td><s>1</s></td>" in html


def test_headings_stay_below_those_of_the_page() -> None:
    html = render_markdown("# One\n## Two\n##### Five")

    assert html == "<h3>One</h3>\n<h4>Two</h4>\n<h6>Five</h6>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![track](https://example.org/pixel.png)",
        "[click](javascript:alert(1))",
        "[click](data:text/html,<script>)",
        "<a href='x' onclick='y'>z</a>",
        "<style>body{display:none}</style>",
        '<https://example.org/"onmouseover=alert(1)>',
    ],
)
def test_nothing_active_comes_through(text: str) -> None:
    html = render_markdown(text)

    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert "onclick=" not in html.replace("&", " ").partition("<a")[2].partition(">")[0]


def test_links_lend_no_reputation() -> None:
    html = render_markdown("[there](https://example.org/)")

    assert 'rel="nofollow noopener noreferrer"' in html


def test_no_text_is_no_html() -> None:
    assert not render_markdown("")
