# SPDX-License-Identifier: Apache-2.0
"""Add people and their credentials, projects, the audit trail, and kept replies."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
PROTECT_EVENTS = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
WORDS = (
    "to_tsvector('simple', regexp_replace("
    "name || ' ' || subject_name || ' ' || actor || ' ' || left(details::text, 100000), "
    "'[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]+', ' ', 'g'))"
)


def upgrade() -> None:
    """Create the tables, and make events unchangeable."""
    create_people()
    create_projects()
    create_events()
    create_replies()


def create_people() -> None:
    """Create the directory and the hashes of credentials."""
    op.create_table(
        "people",
        sqlalchemy.Column("user_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("foundation_member", sqlalchemy.Boolean(), nullable=False),
        sqlalchemy.Column("sysadmin", sqlalchemy.Boolean(), nullable=False),
        sqlalchemy.PrimaryKeyConstraint("user_id", name=op.f("pk_people")),
    )
    op.create_table(
        "person_addresses",
        sqlalchemy.Column("folded_address", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("user_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("position", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("address", sqlalchemy.Text, nullable=False),
        sqlalchemy.ForeignKeyConstraint(
            ["user_id"], ["people.user_id"], name=op.f("fk_person_addresses_user_id_people")
        ),
        sqlalchemy.PrimaryKeyConstraint("folded_address", name=op.f("pk_person_addresses")),
    )
    op.create_index(op.f("ix_person_addresses_user_id"), "person_addresses", ["user_id"])
    op.create_table(
        "tokens",
        sqlalchemy.Column("id", sqlalchemy.BigInteger(), sqlalchemy.Identity(always=True), nullable=False),
        sqlalchemy.Column("owner", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("kind", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("scope", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column("secret_hash", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("expires_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("last_used_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("revoked_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.ForeignKeyConstraint(["owner"], ["people.user_id"], name=op.f("fk_tokens_owner_people")),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sqlalchemy.UniqueConstraint("secret_hash", name=op.f("uq_tokens_secret_hash")),
    )
    op.create_index(op.f("ix_tokens_owner"), "tokens", ["owner"])
    op.create_table(
        "sessions",
        sqlalchemy.Column("id", sqlalchemy.BigInteger(), sqlalchemy.Identity(always=True), nullable=False),
        sqlalchemy.Column("user_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("secret_hash", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("last_seen_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("expires_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.ForeignKeyConstraint(
            ["user_id"], ["people.user_id"], name=op.f("fk_sessions_user_id_people")
        ),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sqlalchemy.UniqueConstraint("secret_hash", name=op.f("uq_sessions_secret_hash")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_table(
        "login_codes",
        sqlalchemy.Column("secret_hash", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("user_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("expires_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("used_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.ForeignKeyConstraint(
            ["user_id"], ["people.user_id"], name=op.f("fk_login_codes_user_id_people")
        ),
        sqlalchemy.PrimaryKeyConstraint("secret_hash", name=op.f("pk_login_codes")),
    )
    op.create_index(op.f("ix_login_codes_expires_at"), "login_codes", ["expires_at"])


def create_projects() -> None:
    """Create projects, rosters, product lines and their policies."""
    op.create_table(
        "projects",
        sqlalchemy.Column("key", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("status", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("description", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("homepage", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("dev_list", sqlalchemy.Text),
        sqlalchemy.Column("announce_list", sqlalchemy.Text),
        sqlalchemy.Column("private_list", sqlalchemy.Text),
        sqlalchemy.Column("policy", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column("policy_version", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("sponsor", sqlalchemy.Text),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("edition", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.CheckConstraint("sponsor <> key", name=op.f("ck_projects_sponsor_is_another")),
        sqlalchemy.ForeignKeyConstraint(
            ["sponsor"], ["projects.key"], name=op.f("fk_projects_sponsor_projects")
        ),
        sqlalchemy.PrimaryKeyConstraint("key", name=op.f("pk_projects")),
    )
    op.create_index(op.f("ix_projects_status"), "projects", ["status"])
    op.create_table(
        "roster_members",
        sqlalchemy.Column("project", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("role", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("user_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.ForeignKeyConstraint(
            ["project"], ["projects.key"], name=op.f("fk_roster_members_project_projects")
        ),
        sqlalchemy.ForeignKeyConstraint(
            ["user_id"], ["people.user_id"], name=op.f("fk_roster_members_user_id_people")
        ),
        sqlalchemy.PrimaryKeyConstraint("project", "role", "user_id", name=op.f("pk_roster_members")),
    )
    op.create_index(op.f("ix_roster_members_user_id"), "roster_members", ["user_id"])
    op.create_table(
        "products",
        sqlalchemy.Column("project", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("key", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("version_order", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("channels", postgresql.ARRAY(sqlalchemy.Text), nullable=False),
        sqlalchemy.Column("required_channels", postgresql.ARRAY(sqlalchemy.Text), nullable=False),
        sqlalchemy.Column("policy", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column("policy_version", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("edition", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.ForeignKeyConstraint(
            ["project"], ["projects.key"], name=op.f("fk_products_project_projects")
        ),
        sqlalchemy.PrimaryKeyConstraint("project", "key", name=op.f("pk_products")),
    )
    op.create_table(
        "policy_versions",
        sqlalchemy.Column("project", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("number", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("override", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column("saved_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("saved_by", sqlalchemy.Text),
        sqlalchemy.ForeignKeyConstraint(
            ["project"], ["projects.key"], name=op.f("fk_policy_versions_project_projects")
        ),
        sqlalchemy.PrimaryKeyConstraint("project", "number", name=op.f("pk_policy_versions")),
    )
    op.create_table(
        "product_policy_versions",
        sqlalchemy.Column("project", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("product", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("number", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("override", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column("saved_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("saved_by", sqlalchemy.Text),
        sqlalchemy.ForeignKeyConstraint(
            ["project", "product"],
            ["products.project", "products.key"],
            name=op.f("fk_product_policy_versions_project_product_products"),
        ),
        sqlalchemy.PrimaryKeyConstraint(
            "project", "product", "number", name=op.f("pk_product_policy_versions")
        ),
    )


def create_events() -> None:
    """Create the audit trail, to which rows can only be added."""
    op.create_table(
        "events",
        sqlalchemy.Column(
            "sequence", sqlalchemy.BigInteger(), sqlalchemy.Identity(always=True), nullable=False
        ),
        sqlalchemy.Column("at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("actor", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("role", sqlalchemy.Text),
        sqlalchemy.Column("activity", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("subject_kind", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("subject_name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("project", sqlalchemy.Text),
        sqlalchemy.Column("product", sqlalchemy.Text),
        sqlalchemy.Column("version", sqlalchemy.Text),
        sqlalchemy.Column("details", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column(
            "words", postgresql.TSVECTOR(), sqlalchemy.Computed(WORDS, persisted=True), nullable=False
        ),
        sqlalchemy.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
    )
    op.create_index("ix_events_actor", "events", ["actor", "sequence"])
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_name", "events", ["name", "sequence"])
    op.create_index("ix_events_project", "events", ["project", "sequence"])
    op.create_index("ix_events_release", "events", ["project", "product", "version", "sequence"])
    op.create_index("ix_events_words", "events", ["words"], postgresql_using="gin")
    op.execute(REFUSE_CHANGE)
    op.execute(PROTECT_EVENTS)


def create_replies() -> None:
    """Create the answers kept for repeated requests."""
    op.create_table(
        "replies",
        sqlalchemy.Column("actor", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("key", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("request_digest", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("status", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("body", sqlalchemy.LargeBinary(), nullable=False),
        sqlalchemy.Column("headers", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column("kept_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.PrimaryKeyConstraint("actor", "key", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_kept_at"), "replies", ["kept_at"])
