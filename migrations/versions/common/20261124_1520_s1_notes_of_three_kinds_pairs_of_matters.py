"""notes of three kinds; pairs of matters: one source, not the same

Revision ID: s1
Revises: p1
Create Date: 2026-11-24 14:30:00

"""
import sqlalchemy as sa
from alembic import op


revision = 's1'
down_revision = 'p1'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('notes') as batch_op:
        batch_op.create_check_constraint(
            op.f('ck_notes_kind_known'), "kind IN ('step', 'handlers', 'reporter', 'own')"
        )
        batch_op.create_check_constraint(
            op.f('ck_notes_own_has_a_writer'), "kind <> 'own' OR person_id IS NOT NULL"
        )
    op.create_table(
        'same_sources',
        sa.Column('number', sa.String(length=24), nullable=False),
        sa.Column('earlier', sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint('number', 'earlier', name=op.f('pk_same_sources')),
    )
    op.create_index(op.f('ix_same_sources_earlier'), 'same_sources', ['earlier'])
    op.create_table(
        'judged_apart',
        sa.Column('low', sa.String(length=24), nullable=False),
        sa.Column('high', sa.String(length=24), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('low < high', name=op.f('ck_judged_apart_in_order')),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_judged_apart_person_id')),
        sa.PrimaryKeyConstraint('low', 'high', name=op.f('pk_judged_apart')),
    )
    op.create_index(op.f('ix_judged_apart_high'), 'judged_apart', ['high'])


def downgrade():
    op.drop_table('judged_apart')
    op.drop_table('same_sources')
    with op.batch_alter_table('notes') as batch_op:
        batch_op.drop_constraint(op.f('ck_notes_own_has_a_writer'), type_='check')
        batch_op.drop_constraint(op.f('ck_notes_kind_known'), type_='check')
