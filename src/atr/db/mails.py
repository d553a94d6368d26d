# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail in the database."""

from sqlalchemy import Connection, Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from atr.db.releases import find_release_id
from atr.db.tables.mails import mails
from atr.db.tables.releases import releases
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import MailAddress, ProductKey, ProjectKey, ReleaseKey, UserId, Version

_MAIL = (
    *(column for column in mails.c if column.name not in {"id", "release_id"}),
    releases.c.project,
    releases.c.product,
    releases.c.version,
)


class MailRows:
    """The outbox."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mail: OutgoingMail) -> bool:
        """Queue the mail; return False when its message id is there already."""
        values = {
            "message_id": mail.message_id,
            "kind": mail.kind,
            "release_id": find_release_id(mail.release),
            "to_addresses": list(mail.to),
            "subject": mail.subject,
            "body": mail.body,
            "queued_at": mail.queued_at,
            "in_reply_to": mail.in_reply_to,
            "receiver": mail.receiver,
            "reply_to": list(mail.reply_to),
        }
        added = insert(mails).values(values | _write_delivery(mail))
        # With an identity column the driver reports no row count, so the row itself is asked for.
        new = added.on_conflict_do_nothing().returning(mails.c.id)
        return self._connection.execute(new).one_or_none() is not None

    def find(self, message_id: str) -> OutgoingMail | None:
        """Return the mail, if it was ever queued."""
        row = self._connection.execute(_select_mails().where(mails.c.message_id == message_id)).one_or_none()
        return _read_mail(row) if row else None

    def save(self, mail: OutgoingMail) -> None:
        """Replace its delivery state."""
        this = update(mails).where(mails.c.message_id == mail.message_id)
        self._connection.execute(this.values(_write_delivery(mail)))

    def list(self, release: ReleaseKey) -> tuple[OutgoingMail, ...]:
        """Return the mails about a release in order of queueing."""
        wanted = _select_mails().where(mails.c.release_id == find_release_id(release)).order_by(mails.c.id)
        return tuple(map(_read_mail, self._connection.execute(wanted)))

    def list_newest(self, limit: int, state: MailState | None = None) -> tuple[OutgoingMail, ...]:
        """Return the newest mails of all releases, if asked those in one state only."""
        wanted = _select_mails().order_by(mails.c.id.desc()).limit(limit)
        if state is not None:
            wanted = wanted.where(mails.c.state == state)
        return tuple(map(_read_mail, self._connection.execute(wanted)))


def _select_mails() -> Select[tuple[object, ...]]:
    return select(*_MAIL).join(releases)


def _write_delivery(mail: OutgoingMail) -> dict[str, object]:
    return {"state": mail.state, "sent_at": mail.sent_at, "failure": mail.failure}


def _read_mail(row: Row[tuple[object, ...]]) -> OutgoingMail:
    return OutgoingMail(
        message_id=row.message_id,
        kind=MailKind(row.kind),
        release=ReleaseKey(ProjectKey(row.project), ProductKey(row.product), Version(row.version)),
        to=tuple(map(MailAddress, row.to_addresses)),
        subject=row.subject,
        body=row.body,
        queued_at=row.queued_at,
        in_reply_to=row.in_reply_to,
        state=MailState(row.state),
        sent_at=row.sent_at,
        failure=row.failure,
        receiver=UserId(row.receiver) if row.receiver else None,
        reply_to=tuple(map(MailAddress, row.reply_to)),
    )
