# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail in the database."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from atr.db.events import find_words, read_number_cursor
from atr.db.releases import find_release_id
from atr.db.tables.mails import SUBJECT_WORDS, mails
from atr.db.tables.releases import releases
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import MailAddress, ProductKey, ProjectKey, ReleaseKey, UserId, Version
from atr.ports.repositories.mails import MailFilter
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest

_MAIL = (
    *(column for column in mails.c if column.name not in {"id", "release_id"}),
    releases.c.project,
    releases.c.product,
    releases.c.version,
)

_NEWEST = 1_000


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

    def search(self, which: MailFilter, page: PageRequest) -> Page[OutgoingMail]:
        """Return mails of all releases, newest first."""
        limit = min(max(page.limit, 1), MOST_ITEMS)
        wanted = _select_mails().add_columns(mails.c.id.label("number")).order_by(mails.c.id.desc())
        wanted = wanted.where(*_list_conditions(which))
        if page.after is not None:
            wanted = wanted.where(mails.c.id < read_number_cursor(page.after))
        rows = self._read_newest(wanted, which, page, limit + 1)
        found = rows[:limit]
        return Page(tuple(map(_read_mail, found)), str(found[-1].number) if len(rows) > limit else None)

    def _read_newest(
        self, wanted: Select[tuple[object, ...]], which: MailFilter, page: PageRequest, most: int
    ) -> Sequence[Row[tuple[object, ...]]]:
        """Return the first rows; words that most mails have are found among the newest, without the index."""
        if which.text:
            newest = select(func.max(mails.c.id)).scalar_subquery()
            begin = read_number_cursor(page.after) if page.after is not None else newest
            rows = self._connection.execute(wanted.where(mails.c.id > begin - _NEWEST).limit(most)).all()
            if len(rows) == most:
                return rows
        return self._connection.execute(wanted.limit(most)).all()


def _list_conditions(which: MailFilter) -> Iterator[ColumnElement[bool]]:
    if which.state is not None:
        yield mails.c.state == which.state
    if which.kind is not None:
        yield mails.c.kind == which.kind
    words = find_words(which.text)
    if words is not None:
        yield literal_column(SUBJECT_WORDS).op("@@")(words)


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
