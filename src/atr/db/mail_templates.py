# SPDX-License-Identifier: Apache-2.0
"""The wordings of mails in the database; each save is a row of its own."""

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError

from atr.db.tables.mails import mail_templates
from atr.domain.errors import ChangedMeanwhile
from atr.domain.mail_template import MailTemplate, TemplateKind, TemplateVersion
from atr.domain.names import ProjectKey, UserId


class MailTemplateRows:
    """The wordings that projects saved."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, version: TemplateVersion) -> None:
        """Keep the version for ever; raise Conflict when its number is taken."""
        values = {
            "project": version.project,
            "kind": version.kind,
            "number": version.number,
            "subject": version.template.subject if version.template else None,
            "body": version.template.body if version.template else None,
            "saved_at": version.saved_at,
            "saved_by": version.saved_by,
        }
        try:
            self._connection.execute(insert(mail_templates).values(values))
        except IntegrityError as error:
            raise ChangedMeanwhile(f"{version.kind} template of", version.project) from error

    def list_newest(self, project: ProjectKey) -> tuple[TemplateVersion, ...]:
        """Return the newest version of each kind that the project ever worded."""
        table = mail_templates
        wanted = select(table).where(table.c.project == project)
        wanted = wanted.ext(distinct_on(table.c.kind))
        rows = self._connection.execute(wanted.order_by(table.c.kind, table.c.number.desc()))
        return tuple(map(_read_version, rows))

    def list_versions(self, project: ProjectKey, kind: TemplateKind) -> tuple[TemplateVersion, ...]:
        """Return every version, newest first."""
        table = mail_templates
        wanted = select(table).where((table.c.project == project) & (table.c.kind == kind))
        return tuple(map(_read_version, self._connection.execute(wanted.order_by(table.c.number.desc()))))


def _read_version(row: Row[tuple[object, ...]]) -> TemplateVersion:
    return TemplateVersion(
        project=ProjectKey(row.project),
        kind=TemplateKind(row.kind),
        number=row.number,
        template=None if row.body is None else MailTemplate(row.subject, row.body),
        saved_at=row.saved_at,
        saved_by=UserId(row.saved_by) if row.saved_by else None,
    )
