# SPDX-License-Identifier: Apache-2.0
"""Add why jobs did not succeed, and indexes for what administration pages look at."""

import sqlalchemy
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

MOVES = sqlalchemy.text(
    "name IN ('release.created', 'release.moved', 'release.published', 'release.announced', "
    "'vote.opened', 'vote.cancelled', 'vote.passed', 'vote.failed')"
)
EXAMINED = sqlalchemy.text("name = 'evaluation.finished'")
SUBJECT_WORDS = sqlalchemy.text(
    "to_tsvector('simple', regexp_replace(subject, "
    "'[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]+', ' ', 'g'))"
)


def upgrade() -> None:
    """Create the table and the indexes."""
    op.create_table(
        "job_troubles",
        sqlalchemy.Column("job_id", sqlalchemy.BigInteger, primary_key=True, autoincrement=False),
        sqlalchemy.Column("reason", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("noted_at", sqlalchemy.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "ALTER TABLE job_troubles ADD CONSTRAINT fk_job_troubles_job_id_procrastinate_jobs "
        "FOREIGN KEY (job_id) REFERENCES procrastinate_jobs (id) ON DELETE CASCADE"
    )
    op.create_index("ix_events_activity", "events", ["activity", "sequence"])
    op.create_index("ix_events_moves", "events", ["sequence"], postgresql_where=MOVES)
    op.create_index("ix_events_project_moves", "events", ["project", "sequence"], postgresql_where=MOVES)
    op.create_index("ix_events_examined", "events", ["at"], postgresql_where=EXAMINED)
    op.create_index("ix_events_project_examined", "events", ["project", "at"], postgresql_where=EXAMINED)
    op.create_index("ix_mails_state", "mails", ["state", "id"])
    op.create_index("ix_mails_words", "mails", [SUBJECT_WORDS], postgresql_using="gin")
    op.create_index(
        "ix_distributions_drifted",
        "distributions",
        ["compared_at"],
        postgresql_where=sqlalchemy.text("drift <> ''"),
    )
    op.create_index("ix_distributions_compared", "distributions", ["compared_at"])
    op.create_index("ix_vote_messages_received", "vote_messages", ["received_at"])
    op.create_index("ix_signing_keys_end", "signing_keys", [sqlalchemy.text("(details ->> 'expires_at')")])
