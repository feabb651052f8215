"""refusals and prints are found by index; a sign-in keeps the roles under which it began

Revision ID: c2
Revises: c1
Create Date: 2026-11-24 11:30:00

"""
import sqlalchemy as sa
from alembic import op


revision = 'c2'
down_revision = 'c1'
branch_labels = None
depends_on = None


def upgrade():
    # who is signed in signs in again: the roles of then are not known
    op.add_column('sign_ins', sa.Column('roles', sa.Integer(), server_default='0', nullable=False))
    for name, what, columns in (('prints', 'print', ['subject']), ('refusals', 'refused', ['person_id', 'at'])):
        where = sa.text(f"what = '{what}'")
        op.create_index(f'ix_access_{name}', 'access', columns, sqlite_where=where, postgresql_where=where)


def downgrade():
    for name in ('prints', 'refusals'):
        op.drop_index(f'ix_access_{name}', table_name='access')
    with op.batch_alter_table('sign_ins') as batch_op:
        batch_op.drop_column('roles')
