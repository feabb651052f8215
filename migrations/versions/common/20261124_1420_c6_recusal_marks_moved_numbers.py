"""second marks of people, the branch under a recused head, competence of a desk; void numbers of what moved

Revision ID: c6
Revises: c3mail
Create Date: 2026-11-24 14:20:00

"""
import sqlalchemy as sa
from alembic import op


revision = 'c6'
down_revision = 'c3mail'
branch_labels = None
depends_on = None
OPENINGS = "'asked', 'seconded', 'opened', 'refused'"
BELOW_TIPS = {
    'transfers': "'decided', 'sent', 'received'",
    'settlements': "'working', 'callback', 'settled', 'petition'",
}
CLUES = "'proposed', 'assigned', 'checking', 'review', 'referred', 'held', 'telling', 'closed', 'filed'"


def upgrade():
    op.add_column('people', sa.Column('plate', sa.String(length=20), nullable=True))
    op.add_column('people', sa.Column('staff_no', sa.String(length=20), nullable=True))
    op.add_column('recusals', sa.Column('path', sa.String(length=60), nullable=True))
    op.add_column('desks', sa.Column('with_competence', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    with op.batch_alter_table('clues') as batch_op:
        known = CLUES.replace("'filed'", "'moved', 'filed'")
        ended = "'closed', 'moved', 'filed'"
        _checks(batch_op, 'clues', known, {'officer_id': known, 'unit_id': known, 'closed_on': ended})
    with op.batch_alter_table('referrals') as batch_op:
        _checks(batch_op, 'referrals', "'sent', 'answered', 'moved'", {})
    for table, states in BELOW_TIPS.items():
        with op.batch_alter_table(table) as batch_op:
            _checks(batch_op, table, f"{states}, 'moved'", {})
    with op.batch_alter_table('openings') as batch_op:
        who = dict.fromkeys(('unit_id', 'officer_id', 'proposed_by'), f"{OPENINGS}, 'moved'")
        _checks(batch_op, 'openings', f"{OPENINGS}, 'moved'", who)


def downgrade():
    with op.batch_alter_table('openings') as batch_op:
        _checks(batch_op, 'openings', OPENINGS, dict.fromkeys(('unit_id', 'officer_id', 'proposed_by'), OPENINGS))
    with op.batch_alter_table('referrals') as batch_op:
        _checks(batch_op, 'referrals', "'sent', 'answered'", {})
    for table, states in BELOW_TIPS.items():
        with op.batch_alter_table(table) as batch_op:
            _checks(batch_op, table, states, {})
    with op.batch_alter_table('clues') as batch_op:
        _checks(batch_op, 'clues', CLUES, {'officer_id': CLUES, 'unit_id': CLUES, 'closed_on': "'closed', 'filed'"})
    for table, column in (('desks', 'with_competence'), ('recusals', 'path'), ('people', 'staff_no'), ('people', 'plate')):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)


def _checks(batch_op, table, states, needed):
    """Which states are known, and which columns each of them fills."""
    _check(batch_op, f'ck_{table}_state_known', f'state IN ({states})')
    for column, needing in needed.items():
        _check(batch_op, f'ck_{table}_state_has_{column}', f'{column} IS NOT NULL OR state NOT IN ({needing})')


def _check(batch_op, name, says):
    batch_op.drop_constraint(op.f(name), type_='check')
    batch_op.create_check_constraint(op.f(name), says)
