# SPDX-License-Identifier: Apache-2.0
"""Calendars that other programs can read, whatever stands in names."""

from datetime import UTC, date, datetime

from atr.formats.calendar import DayEvent, fold_line, write_calendar

EVENT = DayEvent("a@b", date(2026, 12, 31), "Key; of A, B\nBEGIN:VEVENT", "C:\\", "https://b/k")


def test_a_day_is_a_whole_day_with_a_reminder() -> None:
    text = write_calendar("Keys", (EVENT,), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)).decode()
    lines = text.split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    for line in (
        "DTSTAMP:20260102T030405Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "TRIGGER:-P30D",
        "URL:https://b/k",
    ):
        assert line in lines


def test_no_name_adds_a_line() -> None:
    text = write_calendar("Keys", (EVENT,), datetime(2026, 1, 2, tzinfo=UTC)).decode()
    assert "SUMMARY:Key\\; of A\\, B\\nBEGIN:VEVENT\r\n" in text
    assert "DESCRIPTION:C:\\\\\r\n" in text
    assert text.count("\r\nBEGIN:VEVENT\r\n") == 1


def test_long_lines_are_folded_between_characters() -> None:
    pieces = list(fold_line("SUMMARY:" + "ä" * 100))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == "SUMMARY:" + "ä" * 100
    assert list(fold_line("")) == [""]
