# SPDX-License-Identifier: Apache-2.0
"""Announcements on the wire."""

from pydantic import Field

from atr.domain.announcement import AnnouncementState
from atr.domain.mail import LONGEST_BODY, LONGEST_SUBJECT
from atr.schema.mail_templates import VariableAnswer
from atr.schema.mails import MailAnswer
from atr.schema.names import MailText
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

_MOST_ADDRESSES = 50


class AnnouncementPatch(WireRequest):
    """Which fields to change; null or leaving one out keeps it."""

    subject: str | None = Field(default=None, max_length=LONGEST_SUBJECT)
    body: str | None = Field(default=None, max_length=LONGEST_BODY)
    to: tuple[MailText, ...] | None = Field(default=None, max_length=_MOST_ADDRESSES)


class AnnouncementPreviewPost(AnnouncementPatch):
    """What to show; null or leaving a field out shows what the project's template gives now."""


class RemarkAnswer(WireAnswer):
    """Something that was looked at, and whether it is as it should be."""

    sentence: str
    holds: bool


class RecipientAnswer(WireAnswer):
    """Somebody who gets the mail, and what the address is."""

    address: str
    what: str


class AnnouncementVariableAnswer(VariableAnswer):
    """Something that the text may name, and what stands for it now."""

    value: str


class AnnouncementPreviewAnswer(WireAnswer):
    """An announcement as it would be sent."""

    sender: str
    recipients: tuple[RecipientAnswer, ...]
    subject: str
    body: str
    remarks: tuple[RemarkAnswer, ...]
    variables: tuple[AnnouncementVariableAnswer, ...]


class AnnouncementAnswer(WireAnswer):
    """An announcement, or a preview of its draft as long as `kept` is false; the reasons are the asker's."""

    release: str
    kept: bool
    state: AnnouncementState
    to: tuple[str, ...]
    subject: str
    body: str
    approved_by: str | None
    approved_at: UtcTime | None
    downloads_verified_at: UtcTime | None
    sent_at: UtcTime | None
    last_problem: str | None
    edit_reasons: tuple[str, ...]
    announce_reasons: tuple[str, ...]
    mail: MailAnswer | None
