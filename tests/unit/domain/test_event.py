# SPDX-License-Identifier: Apache-2.0
"""Events say what they are about and what changed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from atr.domain.event import Subject, describe_changes
from atr.domain.names import MailAddress, ProjectKey, ReleaseKey
from atr.domain.project import MailingLists, Project, ProjectStatus

OLD = Project(ProjectKey("demo"), "Demo", description="Old")


@dataclass(frozen=True, slots=True)
class Moved:
    at: datetime
    tags: tuple[int, ...] = ()


def test_a_release_is_a_subject_with_all_its_parts() -> None:
    subject = Subject.of_release(ReleaseKey.parse("demo/tools/1.0"))
    assert subject == Subject("release", "demo/tools/1.0", subject.project, subject.product, subject.version)
    assert (subject.project, subject.product, subject.version) == ("demo", "tools", "1.0")


def test_a_part_of_a_release_has_a_kind_and_name_of_its_own() -> None:
    subject = Subject.of_release(ReleaseKey.parse("demo/1.0"), "file", "demo-1.0.tar.gz")
    assert (subject.kind, subject.name, subject.product) == ("file", "demo-1.0.tar.gz", "main")


def test_changes_show_both_values_of_what_really_changed() -> None:
    new = replace(OLD, name="New", status=ProjectStatus.RETIRED)
    assert describe_changes(OLD, new, ("name", "description", "status")) == {
        "name": "New",
        "name_before": "Demo",
        "status": "retired",
        "status_before": "active",
    }


def test_values_inside_values_are_written_out() -> None:
    new = replace(OLD, mailing_lists=MailingLists(dev=MailAddress("dev@example.org")))
    assert describe_changes(OLD, new, ("mailing_lists",)) == {
        "mailing_lists": ("dev: dev@example.org", "announce: None", "private: None"),
        "mailing_lists_before": ("dev: None", "announce: None", "private: None"),
    }


def test_other_values_become_text() -> None:
    old = Moved(datetime(2026, 11, 21, tzinfo=UTC))
    new = Moved(datetime(2026, 11, 22, tzinfo=UTC), (1, 2))
    assert describe_changes(old, new, ("at", "tags")) == {
        "at": "2026-11-22 00:00:00+00:00",
        "at_before": "2026-11-21 00:00:00+00:00",
        "tags": ("1", "2"),
        "tags_before": (),
    }
