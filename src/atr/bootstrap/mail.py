# SPDX-License-Identifier: Apache-2.0
"""Which way mail leaves: into the maildir, or to a mail server; signed when there is a key."""

from dataclasses import replace
from datetime import timedelta

from atr.config import Settings
from atr.config.mail_server import read_mail_server
from atr.domain.names import MailAddress
from atr.formats.mail_message import Letterhead
from atr.mail.dkim_signer import DkimSigner
from atr.mail.maildir import Maildir
from atr.mail.pony_mail import PonyMail
from atr.mail.smtp import SmtpLink, SmtpTransport
from atr.mail.stationery import Stationery
from atr.ports.mail import MailFailed, MailTransport
from atr.ports.mail_archive import MailArchive, NoArchive

_PROBE_TIMEOUT = timedelta(seconds=10)
_ARCHIVE_PATIENCE = timedelta(seconds=30)
_GOOD_KEY_BITS = 2_048


def build_transport(settings: Settings) -> MailTransport:
    """Return the way out; raise Invalid when the DKIM key cannot be used."""
    stationery = _build_stationery(settings)
    link = _find_link(settings)
    return Maildir(settings.maildir, stationery) if link is None else SmtpTransport(link, stationery)


def build_archive(settings: Settings) -> MailArchive:
    """Return where mails of lists are read, if anywhere."""
    if settings.mail_archive is None:
        return NoArchive()
    return PonyMail(settings.mail_archive, _ARCHIVE_PATIENCE)


def examine_server(settings: Settings) -> tuple[bool, str]:
    """Say whether the mail server of the settings can be reached and takes the login."""
    link = _find_link(settings)
    assert link is not None  # asked only when there is one
    quick = replace(link, timeout=min(link.timeout, _PROBE_TIMEOUT))
    try:
        return True, SmtpTransport(quick, Stationery(_make_letterhead(settings))).probe()
    except MailFailed as failure:
        return False, str(failure)


def examine_signature(settings: Settings) -> tuple[bool, str]:
    """Say with which key mail is signed, and where its other half has to be published."""
    signer = _build_signer(settings)
    if signer is None:
        return True, "mail is not signed: there is no dkim_key"
    strength = "" if signer.bits >= _GOOD_KEY_BITS else "; some receivers ignore keys below 2048 bits"
    return True, f"by a key of {signer.bits} bits, published at {signer.record}{strength}"


def _find_link(settings: Settings) -> SmtpLink | None:
    if settings.smtp_url is None:
        return None
    server = read_mail_server(settings.smtp_url.reveal())
    return SmtpLink(server, settings.smtp_timeout, settings.smtp_ca_file)


def _build_stationery(settings: Settings) -> Stationery:
    return Stationery(_make_letterhead(settings), _build_signer(settings))


def _make_letterhead(settings: Settings) -> Letterhead:
    return Letterhead(MailAddress(settings.mail_sender), settings.foundation_name, settings.address)


def _build_signer(settings: Settings) -> DkimSigner | None:
    if settings.dkim_key is None:
        return None
    domain = settings.dkim_domain or settings.mail_sender.rpartition("@")[2]
    return DkimSigner(settings.dkim_selector, domain, settings.dkim_key.reveal())
