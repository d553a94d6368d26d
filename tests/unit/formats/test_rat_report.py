# SPDX-License-Identifier: Apache-2.0
"""Reports of Apache RAT, old and new, and what is none."""

import pytest
from hypothesis import given, strategies

from atr.formats.rat_report import RatFile, read_rat_report

OLD = b"""<?xml version='1.0'?>
<rat-report timestamp='2020-01-01T00:00:00+00:00'><resource name='a/b.py'><header-sample>#!/bin/sh
&lt;x&gt;</header-sample><header-type name='?????'/><license-family name='?????'/>
<license-approval name='false'/><type name='standard'/></resource>
<resource name='a/c.png'><type name='binary'/></resource></rat-report>"""
NEW = b"""INFO: Apache Creadur RAT 0.17
<?xml version="1.0" encoding="UTF-8"?><rat-report timestamp="2026-01-01T00:00:00">
<version product="Apache RAT" vendor="x" version="0.17"/>
<resource name="/a/b.py" type="STANDARD" mediaType="text/x-python" encoding="UTF-8">
<license approval="true" family="AL   " id="AL" name="Apache License Version 2.0"/>
<license approval="false" family="GPL" id="GPL3" name="GPL 3"><notes>words</notes></license></resource>
<resource name="/a/&#xE9;" type="NOTICE" mediaType="text/plain"/>
<statistics><statistic name="APPROVED" count="1" approval="true" description="x"/></statistics>
</rat-report>
WARN: deprecated option
"""


def test_the_old_form_is_read() -> None:
    assert read_rat_report(OLD) == (
        RatFile("a/b.py", approved=False, type="standard", licence="?????"),
        RatFile("a/c.png", approved=True, type="binary", licence=""),
    )


def test_the_new_form_is_read_among_other_words() -> None:
    assert read_rat_report(NEW) == (
        RatFile("/a/b.py", approved=False, type="standard", licence="GPL 3"),
        RatFile("/a/\N{LATIN SMALL LETTER E WITH ACUTE}", approved=True, type="notice", licence=""),
    )


ENTITIES = b"<!DOCTYPE rat-report [<!ENTITY a 'aaaa'>]><rat-report>&a;</rat-report>"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "printed no report"),
        (b"Unable to access jarfile", "printed no report"),
        (b"</rat-report><rat-report>", "printed no report"),
        (ENTITIES, "printed no report"),
        (b"<rat-report>" + ENTITIES, "no XML"),
        (b"<rat-report><resource></rat-report>", "without name"),
        (b"<rat-report><resource name='a'></rat-report>", "no XML"),
        (b"<rat-reports></rat-report></rat-reports>", "begins with rat-reports"),
        (b"<rat-report2></rat-report2></rat-report>", "begins with rat-report2"),
        (b"<rat-report><resource name='a'><license name='x'/></resource></rat-report>", "without approval"),
        (
            b"<rat-report><resource name='a'><license-approval name='maybe'/></resource></rat-report>",
            "'maybe' instead of",
        ),
        (b"<rat-report>&external;</rat-report>", "no XML"),
    ],
)
def test_what_is_no_report_is_refused_with_its_reason(said: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_rat_report(said)


@given(strategies.binary(max_size=200))
def test_any_bytes_are_read_or_refused(said: bytes) -> None:
    for text in (said, b"<rat-report>" + said + b"</rat-report>"):
        try:
            read_rat_report(text)
        except ValueError:
            continue
