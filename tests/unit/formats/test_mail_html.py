# SPDX-License-Identifier: Apache-2.0
"""The text of HTML mails."""

import pytest

from atr.formats.mail_html import read_html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("+1", "+1"),
        ("<p>+1</p><p>fine", "+1\n\nfine"),
        ("a<br>b<br/>c<hr>d", "a\nb\nc\nd"),
        ("a\n  b\t<b>c</b>", "a b c"),
        ("<pre>a\n  b</pre>c", "a\nb\nc"),
        ("1 < 2 &amp;&lt;&nbsp;3", "1 < 2 &< 3"),
        ("<!DOCTYPE html><?xml?><!-- +1 --><DIV>a</DIV>", "a"),
        ("a<!-- +1", "a"),
        ("a<p", "a"),
        ("<style>+1</style><script>-1</script>a", "a"),
        ("<blockquote>x<blockquote>y</blockquote>z</blockquote>a", ">\n\na"),
        ("<div class='gmail_signature'><div>x</div>y</div>a", "a"),
        ("<div class='gmail_quote'>x<blockquote>y</blockquote>a</div>", "x\n>\n\na"),
        ("<div STYLE='color:red; DISPLAY : none'>x</div>a", "a"),
        ("<img class='gmail_signature' alt='x'>a", "a"),
        ("<svg/>a", "a"),
        ("a<hr id=appendonsend><p>x", "a"),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "a\nb"),
        ("</blockquote></pre>a", "a"),
    ],
)
def test_html_is_read_as_it_is_seen(source: str, text: str) -> None:
    assert read_html(source).strip() == text
