"""umbrella: sealed files, and names of keys

Revision ID: u2
Revises: u1
Create Date: 2026-11-24 14:00:00

"""
import sqlalchemy as sa
from alembic import op


revision = 'u2'
down_revision = 'u1'
branch_labels = None
depends_on = 'c5'


def _columns(files, keys):
    """The same on both families; written twice, since each branch stands alone."""
    sealed = "substr(name_sealed, 1, 1) = x'01'" if op.get_bind().dialect.name == 'sqlite' else 'get_byte(name_sealed, 0) = 1'
    with op.batch_alter_table(files) as batch_op:
        batch_op.add_column(sa.Column('sealed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('name_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('copy_of', sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(op.f(f'fk_{files}_copy_of'), files, ['copy_of'], ['id'])
        batch_op.create_check_constraint(op.f(f'ck_{files}_sealed_with_its_name'), 'sealed = (name_sealed IS NOT NULL)')
        batch_op.create_check_constraint(op.f(f'ck_{files}_copy_is_open'), 'copy_of IS NULL OR NOT sealed')
        batch_op.create_check_constraint(op.f(f'ck_{files}_name_is_sealed'), sealed)
    op.add_column(keys, sa.Column('under', sa.String(length=16), server_default='', nullable=False))
    # until now there was one vault key, and its name is among the facts
    op.execute(f"UPDATE {keys} SET under = coalesce((SELECT substr(value, 1, 16) FROM facts WHERE name = 'vault'), '')")
    with op.batch_alter_table(keys) as batch_op:
        batch_op.alter_column('under', server_default=None, existing_type=sa.String(length=16), existing_nullable=False)


def upgrade():
    _columns('umbrella_files', 'umbrella_data_keys')


def downgrade():
    with op.batch_alter_table('umbrella_data_keys') as batch_op:
        batch_op.drop_column('under')
    with op.batch_alter_table('umbrella_files') as batch_op:
        for name in ('name_is_sealed', 'copy_is_open', 'sealed_with_its_name'):
            batch_op.drop_constraint(op.f(f'ck_umbrella_files_{name}'), type_='check')
        batch_op.drop_constraint(op.f('fk_umbrella_files_copy_of'), type_='foreignkey')
        for name in ('copy_of', 'name_sealed', 'sealed'):
            batch_op.drop_column(name)
