"""transfers settlements

Revision ID: c4
Revises: c3
Create Date: 2026-11-24 11:49:58.209968

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c4'
down_revision = 'c3'
branch_labels = None
depends_on = None


ENDED = "'accepted', 'joined', 'forwarded', 'settling', 'declined'"
CHECKS = {  # of tips: two more ways in which triage ends
    'state_known': "state IN ('incomplete', 'excerpt', 'triage', 'accepted', 'joined', 'moved', 'forwarded', 'settling', 'declined')",
    'state_has_category': f"category IS NOT NULL OR state NOT IN ({ENDED})",
    'state_has_title': f"title IS NOT NULL OR state NOT IN ('triage', {ENDED})",
    'state_has_excerpt': f"excerpt IS NOT NULL OR state NOT IN ('triage', {ENDED})",
}


def upgrade():
    op.create_table('settlements',
    sa.Column('tip_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('claim', sa.Text(), nullable=False),
    sa.Column('way', sa.String(length=4), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.Column('called_on', sa.Date(), nullable=True),
    sa.Column('satisfied', sa.String(length=4), nullable=True),
    sa.Column('again', sa.Integer(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
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
    sa.CheckConstraint("called_on IS NOT NULL OR state NOT IN ('settled')", name=op.f('ck_settlements_state_has_called_on')),
    sa.CheckConstraint("closed_on IS NOT NULL OR state NOT IN ('settled', 'petition')", name=op.f('ck_settlements_state_has_closed_on')),
    sa.CheckConstraint("due_at IS NOT NULL OR state NOT IN ('working', 'callback', 'settled', 'petition')", name=op.f('ck_settlements_state_has_due_at')),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('working', 'callback')", name=op.f('ck_settlements_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('working', 'callback', 'settled', 'petition')", name=op.f('ck_settlements_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_settlements_duty_is_open')),
    sa.CheckConstraint("result IS NOT NULL OR state NOT IN ('callback', 'settled', 'petition')", name=op.f('ck_settlements_state_has_result')),
    sa.CheckConstraint("satisfied IS NOT NULL OR state NOT IN ('settled')", name=op.f('ck_settlements_state_has_satisfied')),
    sa.CheckConstraint("settled_on IS NOT NULL OR state NOT IN ('callback', 'settled')", name=op.f('ck_settlements_state_has_settled_on')),
    sa.CheckConstraint("state IN ('working', 'callback', 'settled', 'petition')", name=op.f('ck_settlements_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('working', 'callback', 'settled', 'petition')", name=op.f('ck_settlements_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_settlements_duty_is_copied')),
    sa.CheckConstraint('called_on >= settled_on', name=op.f('ck_settlements_called_after_it_was_settled')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_settlements_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_settlements_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_settlements_proposed_by')),
    sa.ForeignKeyConstraint(['tip_id'], ['tips.id'], name=op.f('fk_settlements_tip_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_settlements_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_settlements')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_settlements_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_settlements_number'))
    )
    with op.batch_alter_table('settlements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_settlements_closed_on_id'), ['closed_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_settlements_created_at_id'), ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_settlements_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_settlements_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_settlements_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_settlements_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_settlements_tip_id'), ['tip_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_settlements_unit_id_created_at_id'), ['unit_id', 'created_at', 'id'], unique=False)

    op.create_table('transfers',
    sa.Column('tip_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(length=10), nullable=False),
    sa.Column('body_name', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('document_no', sa.String(length=40), nullable=True),
    sa.Column('way', sa.String(length=10), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('receiver', sa.String(length=60), nullable=True),
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
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('decided', 'sent')", name=op.f('ck_transfers_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('decided', 'sent', 'received')", name=op.f('ck_transfers_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_transfers_duty_is_open')),
    sa.CheckConstraint("received_on IS NOT NULL OR state NOT IN ('received')", name=op.f('ck_transfers_state_has_received_on')),
    sa.CheckConstraint("receiver IS NOT NULL OR state NOT IN ('received')", name=op.f('ck_transfers_state_has_receiver')),
    sa.CheckConstraint("sent_on IS NOT NULL OR state NOT IN ('sent', 'received')", name=op.f('ck_transfers_state_has_sent_on')),
    sa.CheckConstraint("state IN ('decided', 'sent', 'received')", name=op.f('ck_transfers_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('decided', 'sent', 'received')", name=op.f('ck_transfers_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_transfers_duty_is_copied')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_transfers_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_transfers_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_transfers_proposed_by')),
    sa.ForeignKeyConstraint(['tip_id'], ['tips.id'], name=op.f('fk_transfers_tip_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_transfers_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_transfers_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_transfers_number'))
    )
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.create_index('ix_transfers_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_transfers_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_transfers_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_transfers_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_transfers_tip_id'), ['tip_id'], unique=False)


    with op.batch_alter_table('tips') as batch_op:
        for name, sql in CHECKS.items():
            batch_op.drop_constraint(op.f(f'ck_tips_{name}'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_tips_{name}'), sql)
    if op.get_bind().dialect.name == 'sqlite':  # full text; a different table on each engine (portal/core/search.py)
        op.execute(
            "CREATE VIRTUAL TABLE settlements_words USING fts5(x, content='', "
            "tokenize='unicode61 remove_diacritics 0', detail=none, columnsize=0)"
        )
    else:
        op.execute('CREATE TABLE settlements_words (id integer PRIMARY KEY, words tsvector NOT NULL)')
        op.execute('CREATE INDEX ix_settlements_words ON settlements_words USING gin (words)')


def downgrade():
    raise NotImplementedError('tips that went these two ways have no state before this one')
