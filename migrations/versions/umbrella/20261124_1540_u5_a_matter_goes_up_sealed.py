"""a matter about the own leaders or the discipline head goes up sealed: two states more

Revision ID: u5
Revises: u3
Create Date: 2026-11-24 15:40:00

"""
from alembic import op


revision = 'u5'
down_revision = 'u3'
branch_labels = None
depends_on = None
OPEN = "'received', 'submitted', 'handed', 'awaited', 'handling', 'settling'"
OLD = {'duty_id': OPEN, 'unit_id': f"{OPEN}, 'closed'", 'officer_id': f"{OPEN}, 'closed'"}
NEW = {
    'duty_id': f"{OPEN}, 'sealed'",
    'unit_id': f"{OPEN}, 'closed', 'sealed', 'gone'",
    'officer_id': f"{OPEN}, 'closed', 'sealed', 'gone'",
}


def _states(told):
    with op.batch_alter_table('umbrella_matters', schema=None) as batch_op:
        for column, states in told.items():
            name = op.f(f'ck_umbrella_matters_state_has_{column}')
            batch_op.drop_constraint(name, type_='check')
            batch_op.create_check_constraint(name, f'{column} IS NOT NULL OR state NOT IN ({states})')
        batch_op.drop_constraint(op.f('ck_umbrella_matters_state_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_umbrella_matters_state_known'), f"state IN ({told['unit_id']})")


def upgrade():
    _states(NEW)


def downgrade():
    _states(OLD)
