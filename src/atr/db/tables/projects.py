# SPDX-License-Identifier: Apache-2.0
"""Projects, their rosters and product lines, and every policy ever saved."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_act, declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

projects = Table(
    "projects",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("description", Text, nullable=False),
    Column("homepage", Text, nullable=False),
    Column("dev_list", Text),
    Column("announce_list", Text),
    Column("private_list", Text),
    Column("policy", JSONB, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("sponsor", Text, ForeignKey("projects.key")),
    Column("created_at", DateTime(timezone=True)),
    Column("edition", Integer, nullable=False),
    CheckConstraint("sponsor <> key", name="sponsor_is_another"),
)
mark_impersonal(projects, "name")

roster_members = Table(
    "roster_members",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column(
        "user_id",
        Text,
        ForeignKey("people.user_id"),
        primary_key=True,
        index=True,
        info=declare_personal(DataCategory.IDENTITY, "says what you are to a project", Kept.WITH_ACCOUNT),
    ),
)
mark_impersonal(roster_members, "project role")

products = Table(
    "products",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version_order", Text, nullable=False),
    Column("policy", JSONB, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True)),
    Column("edition", Integer, nullable=False),
)
mark_impersonal(products, "name")

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("override", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("saved_by", Text, info=declare_act("changed a vote policy")),
)
mark_impersonal(policy_versions, "project number override saved_at")

product_policy_versions = Table(
    "product_policy_versions",
    metadata,
    Column("project", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("override", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("saved_by", Text, info=declare_act("changed a vote policy")),
    ForeignKeyConstraint(["project", "product"], ["products.project", "products.key"]),
)
mark_impersonal(product_policy_versions, "project product number override saved_at")
