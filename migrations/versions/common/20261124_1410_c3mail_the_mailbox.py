"""the mailbox: drafts of mails and their sealed sources

Revision ID: c3mail
Revises: c5
Create Date: 2026-11-24 11:42:19.531082

"""
import sqlalchemy as sa
from alembic import op


revision = 'c3mail'
down_revision = 'c5'
branch_labels = None
depends_on = None


def _sealed(name):
    """The first byte of a sealed column is its format: plain text cannot lie there."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    first = f"substr({name}_sealed, 1, 1) = x'01'" if sqlite else f"get_byte({name}_sealed, 0) = 1"
    return sa.CheckConstraint(first, name=f"{name}_is_sealed")


def upgrade():
    op.create_table('mail_sources',
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('at', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('piece_sealed', sa.LargeBinary(), nullable=False),
    _sealed('piece'),
    sa.PrimaryKeyConstraint('number', 'at', name=op.f('pk_mail_sources'))
    )
    op.create_table('mails',
    sa.Column('mailbox', sa.String(length=200), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('source_digest', sa.String(length=64), nullable=False),
    sa.Column('same_message', sa.String(length=64), nullable=True),
    sa.Column('same_text', sa.String(length=64), nullable=True),
    sa.Column('alike_to', sa.String(length=24), nullable=True),
    sa.Column('attachments', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('receiver', sa.String(length=60), nullable=True),
    sa.Column('way', sa.String(length=10), nullable=True),
    sa.Column('handed_on', sa.Date(), nullable=True),
    sa.Column('kept_until', sa.Date(), nullable=True),
    sa.Column('subject_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('contents_sealed', sa.LargeBinary(), nullable=False),
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
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('waiting', 'unreadable')", name=op.f('ck_mails_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('waiting', 'unreadable')", name=op.f('ck_mails_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_mails_duty_is_open')),
    sa.CheckConstraint("reason IS NOT NULL OR state NOT IN ('unreadable', 'spam')", name=op.f('ck_mails_state_has_reason')),
    sa.CheckConstraint("receiver IS NOT NULL OR state NOT IN ('handed')", name=op.f('ck_mails_state_has_receiver')),
    sa.CheckConstraint("state IN ('waiting', 'unreadable', 'turned', 'handed', 'spam')", name=op.f('ck_mails_state_known')),
    _sealed('contents'),
    _sealed('subject'),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('waiting', 'unreadable')", name=op.f('ck_mails_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_mails_duty_is_copied')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_mails_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_mails_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_mails_proposed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_mails_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_mails_duty_id')),
    sa.UniqueConstraint('mailbox', 'uidvalidity', 'uid', name=op.f('uq_mails_mailbox_uidvalidity_uid')),
    sa.UniqueConstraint('number', name=op.f('uq_mails_number')),
    sa.UniqueConstraint('source_digest', name=op.f('uq_mails_source_digest'))
    )
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mails_created_at_id'), ['created_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_alike_to'), ['alike_to'], unique=False)
        batch_op.create_index('ix_mails_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_mails_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_mails_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_mails_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_mails_same_message'), ['same_message'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_same_text'), ['same_text'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_state_created_at_id'), ['state', 'created_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_unit_id_created_at_id'), ['unit_id', 'created_at', 'id'], unique=False)



def downgrade():
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mails_unit_id_created_at_id'))
        batch_op.drop_index(batch_op.f('ix_mails_state_created_at_id'))
        batch_op.drop_index(batch_op.f('ix_mails_same_text'))
        batch_op.drop_index(batch_op.f('ix_mails_same_message'))
        batch_op.drop_index('ix_mails_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_mails_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_mails_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_mails_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_mails_alike_to'))
        batch_op.drop_index(batch_op.f('ix_mails_created_at_id'))

    op.drop_table('mails')
    op.drop_table('mail_sources')
