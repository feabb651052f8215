"""umbrella whole: what was said sealed row by row, the way to the receiver and back, slips, recusals to decide

Revision ID: u3
Revises: u2
Create Date: 2026-11-24 14:30:00

"""
import datetime

import sqlalchemy as sa
from alembic import op


revision = 'u3'
down_revision = 'u2'
branch_labels = None
depends_on = 'c6'
NEW = {
    'duty_id': "'received', 'submitted', 'handed', 'awaited', 'handling', 'settling'",
    'unit_id': "'received', 'submitted', 'handed', 'awaited', 'handling', 'settling', 'closed'",
    'officer_id': "'received', 'submitted', 'handed', 'awaited', 'handling', 'settling', 'closed'",
    'receiver': "'submitted', 'handed', 'awaited', 'settling'",
    'handed_on': "'handed', 'awaited', 'settling'",
    'disposition': "'handling', 'settling', 'closed'",
    'disposed_on': "'handling', 'settling', 'closed'",
    'closed_on': "'closed'",
}
OLD = ('duty_id', 'unit_id', 'officer_id', 'receiver', 'handed_on')


def _sealed(name):
    """The first byte of a sealed column is its format: plain text cannot lie there."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    first = f"substr({name}_sealed, 1, 1) = x'01'" if sqlite else f"get_byte({name}_sealed, 0) = 1"
    return sa.CheckConstraint(first, name=f"{name}_is_sealed")


def _owes_a_receipt():
    """What was handed over before owed nothing any more; now its receipt is asked for."""
    bind = op.get_bind()
    m = sa.table('umbrella_matters', *map(sa.column, ('id', 'number', 'state', 'unit_id', 'officer_id', 'duty_id',
        'owed_at', 'owed_by', 'owed_kind', 'owed_state')))
    d = sa.table('umbrella_duties', sa.column('id', sa.Integer), *map(sa.column, ('register', 'subject', 'what',
        'unit_id', 'person_id', 'since', 'due_at', 'kind', 'state', 'rung')))
    moment = sa.DateTime(timezone=True)
    d.c.since.type = d.c.due_at.type = m.c.owed_at.type = moment
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    due = now + datetime.timedelta(days=7)
    for row in bind.execute(sa.select(m).where(m.c.state == 'handed', m.c.duty_id.is_(None))).all():
        bind.execute(sa.insert(d).values(
            register='umbrella', subject=row.number, what='umbrella.receipt_in', unit_id=row.unit_id,
            person_id=row.officer_id, since=now, due_at=due, kind='remind', state='open', rung=0))
        made = bind.execute(sa.select(sa.func.max(d.c.id)).where(d.c.subject == row.number)).scalar_one()
        bind.execute(sa.update(m).where(m.c.id == row.id).values(
            duty_id=made, owed_at=due, owed_by=row.officer_id, owed_kind='remind', owed_state='open'))


def upgrade():
    op.create_table('umbrella_said',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('receipt', sa.String(length=24), nullable=True),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('reporter_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    _sealed('phone'),
    _sealed('reporter'),
    _sealed('words'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_umbrella_said_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_said'))
    )
    with op.batch_alter_table('umbrella_said', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_said_number'), ['number'], unique=False)

    op.create_table('umbrella_asides',
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('officer_id', sa.Integer(), nullable=True),
    sa.Column('duty_id', sa.Integer(), nullable=True),
    sa.Column('owed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('owed_by', sa.Integer(), nullable=True),
    sa.Column('owed_kind', sa.String(length=6), nullable=True),
    sa.Column('owed_state', sa.String(length=6), nullable=True),
    sa.CheckConstraint("decided_on IS NOT NULL OR state NOT IN ('upheld', 'lifted')", name=op.f('ck_umbrella_asides_state_has_decided_on')),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('pending')", name=op.f('ck_umbrella_asides_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('pending', 'upheld', 'lifted')", name=op.f('ck_umbrella_asides_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_umbrella_asides_duty_is_open')),
    sa.CheckConstraint("state IN ('pending', 'upheld', 'lifted')", name=op.f('ck_umbrella_asides_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('pending', 'upheld', 'lifted')", name=op.f('ck_umbrella_asides_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_umbrella_asides_duty_is_copied')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['umbrella_duties.id', 'umbrella_duties.subject', 'umbrella_duties.due_at', 'umbrella_duties.person_id', 'umbrella_duties.kind', 'umbrella_duties.state'], name=op.f('fk_umbrella_asides_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_umbrella_asides_officer_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_umbrella_asides_person_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_umbrella_asides_proposed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_umbrella_asides_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_asides')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_umbrella_asides_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_umbrella_asides_number')),
    sa.UniqueConstraint('subject', 'person_id', name=op.f('uq_umbrella_asides_subject_person_id'))
    )
    with op.batch_alter_table('umbrella_asides', schema=None) as batch_op:
        batch_op.create_index('ix_umbrella_asides_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_umbrella_asides_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_umbrella_asides_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_umbrella_asides_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))

    op.create_table('umbrella_slips',
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('envelope', sa.String(length=20), nullable=False),
    sa.Column('receiver', sa.String(length=30), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('receipt_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('officer_id', sa.Integer(), nullable=True),
    sa.Column('duty_id', sa.Integer(), nullable=True),
    sa.Column('owed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('owed_by', sa.Integer(), nullable=True),
    sa.Column('owed_kind', sa.String(length=6), nullable=True),
    sa.Column('owed_state', sa.String(length=6), nullable=True),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('sent')", name=op.f('ck_umbrella_slips_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('sent', 'answered')", name=op.f('ck_umbrella_slips_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_umbrella_slips_duty_is_open')),
    sa.CheckConstraint("receipt_on IS NOT NULL OR state NOT IN ('answered')", name=op.f('ck_umbrella_slips_state_has_receipt_on')),
    sa.CheckConstraint("state <> 'past' OR officer_id IS NULL", name=op.f('ck_umbrella_slips_past_is_seen_by_nobody')),
    sa.CheckConstraint("state IN ('sent', 'answered', 'past')", name=op.f('ck_umbrella_slips_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('sent', 'answered')", name=op.f('ck_umbrella_slips_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_umbrella_slips_duty_is_copied')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['umbrella_duties.id', 'umbrella_duties.subject', 'umbrella_duties.due_at', 'umbrella_duties.person_id', 'umbrella_duties.kind', 'umbrella_duties.state'], name=op.f('fk_umbrella_slips_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_umbrella_slips_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_umbrella_slips_proposed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_umbrella_slips_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_slips')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_umbrella_slips_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_umbrella_slips_number'))
    )
    with op.batch_alter_table('umbrella_slips', schema=None) as batch_op:
        batch_op.create_index('ix_umbrella_slips_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_umbrella_slips_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_umbrella_slips_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_umbrella_slips_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))

    _owes_a_receipt()
    with op.batch_alter_table('umbrella_matters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('retaliation', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('kind', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('receipt_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('disposition', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('disposed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('closed_on', sa.Date(), nullable=True))
        batch_op.alter_column('source',
               existing_type=sa.VARCHAR(length=10),
               type_=sa.String(length=20),
               existing_nullable=False)
        for column in OLD:
            batch_op.drop_constraint(op.f(f'ck_umbrella_matters_state_has_{column}'), type_='check')
        for column, states in NEW.items():
            batch_op.create_check_constraint(
                op.f(f'ck_umbrella_matters_state_has_{column}'), f'{column} IS NOT NULL OR state NOT IN ({states})')
        batch_op.drop_constraint(op.f('ck_umbrella_matters_state_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_umbrella_matters_state_known'), f"state IN ({NEW['unit_id']})")

    op.execute('UPDATE umbrella_notes SET words = NULL')  # they lay open; what was said is sealed from now on
    with op.batch_alter_table('umbrella_notes') as batch_op:
        batch_op.create_check_constraint(op.f('ck_umbrella_notes_has_no_words'), 'words IS NULL')


def downgrade():
    raise NotImplementedError('matters that are further on have no state before this one')
