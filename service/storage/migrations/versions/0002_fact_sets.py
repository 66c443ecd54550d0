"""Store named sets of facts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "fact_sets",
        sa.Column("sequence", sequence, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_fact_sets"),
        sa.UniqueConstraint("name", name="uq_fact_sets_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "fact_set_entries",
        sa.Column("fact_set", sequence, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(2048), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fact_set", "kind", "name", name="pk_fact_set_entries"),
    )


def downgrade() -> None:
    op.drop_table("fact_set_entries")
    op.drop_table("fact_sets")
