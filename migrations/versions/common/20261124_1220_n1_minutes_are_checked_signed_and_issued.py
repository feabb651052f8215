"""minutes are checked signed and issued

Revision ID: n1
Revises: m1
Create Date: 2026-11-24 11:20:47.672032

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'n1'
down_revision = 'm1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('minutes',
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('present', sa.Text(), nullable=False),
    sa.Column('on_leave', sa.Text(), nullable=False),
    sa.Column('listening', sa.Text(), nullable=False),
    sa.Column('copies', sa.Text(), nullable=False),
    sa.Column('checked_by', sa.Integer(), nullable=True),
    sa.Column('signed_by', sa.Integer(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('signed_how', sa.String(length=6), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
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
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('signs', sa.String(length=171), nullable=False),
    sa.CheckConstraint("checked_by IS NOT NULL OR state NOT IN ('checked', 'signed', 'issued')", name=op.f('ck_minutes_state_has_checked_by')),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('drafted', 'returned', 'checked', 'signed')", name=op.f('ck_minutes_state_has_duty_id')),
    sa.CheckConstraint("issued_on IS NOT NULL OR state NOT IN ('issued')", name=op.f('ck_minutes_state_has_issued_on')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('drafted', 'returned', 'checked', 'signed', 'issued')", name=op.f('ck_minutes_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_minutes_duty_is_open')),
    sa.CheckConstraint("proposed_by IS NOT NULL OR state NOT IN ('drafted', 'returned', 'checked', 'signed', 'issued')", name=op.f('ck_minutes_state_has_proposed_by')),
    sa.CheckConstraint("signed_by IS NOT NULL OR state NOT IN ('signed', 'issued')", name=op.f('ck_minutes_state_has_signed_by')),
    sa.CheckConstraint("signed_how IN ('screen', 'paper')", name=op.f('ck_minutes_signed_how_known')),
    sa.CheckConstraint("state IN ('drafted', 'returned', 'checked', 'signed', 'issued')", name=op.f('ck_minutes_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('drafted', 'returned', 'checked', 'signed', 'issued')", name=op.f('ck_minutes_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_minutes_duty_is_copied')),
    sa.CheckConstraint('(signed_by IS NULL) = (signed_on IS NULL) AND (signed_by IS NULL) = (signed_how IS NULL)', name=op.f('ck_minutes_signature_is_whole')),
    sa.CheckConstraint('checked_by <> proposed_by', name=op.f('ck_minutes_checked_by_another')),
    sa.CheckConstraint('corrects_id <> id', name=op.f('ck_minutes_corrects_another')),
    sa.CheckConstraint('signed_by <> proposed_by', name=op.f('ck_minutes_signed_by_another')),
    sa.ForeignKeyConstraint(['checked_by'], ['people.id'], name=op.f('fk_minutes_checked_by')),
    sa.ForeignKeyConstraint(['corrects_id'], ['minutes.id'], name=op.f('fk_minutes_corrects_id')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_minutes_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_minutes_meeting_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_minutes_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_minutes_proposed_by')),
    sa.ForeignKeyConstraint(['signed_by'], ['people.id'], name=op.f('fk_minutes_signed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_minutes_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_minutes_corrects_id')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_minutes_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_minutes_number'))
    )
    with op.batch_alter_table('minutes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minutes_created_at_id'), ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_minutes_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_minutes_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_minutes_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_minutes_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_minutes_state_created_at_id'), ['state', 'created_at', 'id'], unique=False)
        batch_op.create_index('uq_minutes_first_of_meeting', ['meeting_id'], unique=True, sqlite_where=sa.text('corrects_id IS NULL'), postgresql_where=sa.text('corrects_id IS NULL'))

    op.create_table('minutes_units',
    sa.Column('minutes_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['minutes_id'], ['minutes.id'], name=op.f('fk_minutes_units_minutes_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_minutes_units_unit_id')),
    sa.PrimaryKeyConstraint('minutes_id', 'unit_id', name=op.f('pk_minutes_units')),
    sa.UniqueConstraint('unit_id', 'minutes_id', name=op.f('uq_minutes_units_unit_id_minutes_id'))
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE minutes_words USING fts5(x, content='', "
            "tokenize='unicode61 remove_diacritics 0', detail=none, columnsize=0)"
        )
    else:
        op.execute("CREATE TABLE minutes_words (id integer PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_minutes_words ON minutes_words USING gin (words)")


def downgrade():
    op.execute("DROP TABLE minutes_words")
    op.drop_table('minutes_units')
    with op.batch_alter_table('minutes', schema=None) as batch_op:
        batch_op.drop_index('uq_minutes_first_of_meeting', sqlite_where=sa.text('corrects_id IS NULL'), postgresql_where=sa.text('corrects_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_minutes_state_created_at_id'))
        batch_op.drop_index('ix_minutes_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_minutes_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_minutes_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_minutes_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_minutes_created_at_id'))

    op.drop_table('minutes')
