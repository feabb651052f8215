"""a petition is handed over sealed

Revision ID: l2
Revises: s1
Create Date: 2026-11-24 15:30:00

"""
import sqlalchemy as sa
from alembic import op

revision = 'l2'
down_revision = 's1'
branch_labels = None
depends_on = None

# the constraint, what it said, what it says now
CHANGED = (
    ('ck_petitions_state_known', "state IN ('reading', 'found', 'none')",
     "state IN ('reading', 'found', 'handed', 'none')"),
    ('ck_petitions_state_has_judged_on', "judged_on IS NOT NULL OR state NOT IN ('found', 'none')",
     "judged_on IS NOT NULL OR state NOT IN ('found', 'handed', 'none')"),
)
NEW = (
    ('ck_petitions_state_has_receiver', "receiver IS NOT NULL OR state NOT IN ('handed')"),
    ('ck_petitions_state_has_handed_on', "handed_on IS NOT NULL OR state NOT IN ('handed')"),
)


def upgrade():
    with op.batch_alter_table('petitions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('receiver', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('handed_on', sa.Date(), nullable=True))
        for name, _said, says in CHANGED:
            batch_op.drop_constraint(op.f(name), type_='check')
            batch_op.create_check_constraint(op.f(name), says)
        for name, says in NEW:
            batch_op.create_check_constraint(op.f(name), says)


def downgrade():
    with op.batch_alter_table('petitions', schema=None) as batch_op:
        for name, _says in NEW:
            batch_op.drop_constraint(op.f(name), type_='check')
        for name, said, _says in CHANGED:
            batch_op.drop_constraint(op.f(name), type_='check')
            batch_op.create_check_constraint(op.f(name), said)
        batch_op.drop_column('handed_on')
        batch_op.drop_column('receiver')
