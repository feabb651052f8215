"""umbrella

Revision ID: u1
Revises: 
Create Date: 2026-11-24 09:58:15.667616

"""
import sqlalchemy as sa
from alembic import op


# revision identifiers, used by Alembic.
revision = 'u1'
down_revision = None
branch_labels = ('umbrella',)
depends_on = 'c1'


def _sealed(name):
    """The first byte of a sealed column is its format: plain text cannot lie there."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    first = f"substr({name}_sealed, 1, 1) = x'01'" if sqlite else f"get_byte({name}_sealed, 0) = 1"
    return sa.CheckConstraint(first, name=f"{name}_is_sealed")


def upgrade():
    op.create_table('umbrella_data_keys',
    sa.Column('of', sa.String(length=80), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=True),
    sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('of', name=op.f('pk_umbrella_data_keys'))
    )
    op.create_table('umbrella_links',
    sa.Column('from_number', sa.String(length=24), nullable=False),
    sa.Column('to_number', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('owes', sa.String(length=50), nullable=True),
    sa.Column('desk', sa.String(length=30), nullable=True),
    sa.PrimaryKeyConstraint('from_number', 'to_number', 'kind', name=op.f('pk_umbrella_links'))
    )
    with op.batch_alter_table('umbrella_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_links_to_number'), ['to_number'], unique=False)

    op.create_table('umbrella_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_revisions'))
    )
    with op.batch_alter_table('umbrella_revisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_revisions_number'), ['number'], unique=False)

    op.create_table('umbrella_addressees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('paper_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.String(length=100), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_umbrella_addressees_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_addressees'))
    )
    with op.batch_alter_table('umbrella_addressees', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_addressees_paper_id'), ['paper_id'], unique=False)

    op.create_table('umbrella_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=50), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_umbrella_drafts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_drafts')),
    sa.UniqueConstraint('person_id', 'verb', 'number', name=op.f('uq_umbrella_drafts_person_id_verb_number'))
    )
    op.create_table('umbrella_duties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=30), nullable=False),
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('what', sa.String(length=50), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('blocks', sa.String(length=24), nullable=True),
    sa.Column('state', sa.String(length=6), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'open') = (done_at IS NULL)", name=op.f('ck_umbrella_duties_done_at_when_done')),
    sa.CheckConstraint("kind IN ('due', 'remind')", name=op.f('ck_umbrella_duties_kind_known')),
    sa.CheckConstraint("state IN ('open', 'done', 'moved', 'void')", name=op.f('ck_umbrella_duties_state_known')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_umbrella_duties_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_umbrella_duties_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_duties')),
    sa.UniqueConstraint('id', 'subject', 'due_at', 'person_id', 'kind', 'state', name=op.f('uq_umbrella_duties_id_subject_due_at_person_id_kind_state'))
    )
    with op.batch_alter_table('umbrella_duties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_duties_blocks'), ['blocks'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_umbrella_duties_person_id_due_at'), ['person_id', 'due_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_umbrella_duties_subject'), ['subject'], unique=False)

    op.create_table('umbrella_files',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_umbrella_files_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_files'))
    )
    with op.batch_alter_table('umbrella_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_files_number'), ['number'], unique=False)

    op.create_table('umbrella_members',
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_umbrella_members_person_id')),
    sa.PrimaryKeyConstraint('number', 'person_id', name=op.f('pk_umbrella_members'))
    )
    op.create_table('umbrella_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('under', sa.String(length=24), nullable=True),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('who', sa.String(length=120), nullable=False),
    sa.Column('verb', sa.String(length=50), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('to_state', sa.String(length=20), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('paper_id', sa.Integer(), nullable=True),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_umbrella_notes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_notes'))
    )
    with op.batch_alter_table('umbrella_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_notes_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_umbrella_notes_subject'), ['subject'], unique=False)
        batch_op.create_index(batch_op.f('ix_umbrella_notes_under'), ['under'], unique=False)

    op.create_table('umbrella_papers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('mark', sa.String(length=20), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('serial', sa.Integer(), nullable=True),
    sa.Column('drafted_by', sa.Integer(), nullable=True),
    sa.Column('signed_by', sa.Integer(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('signed_how', sa.String(length=6), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('file_id', sa.String(length=32), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state <> 'issued' OR digest IS NOT NULL", name=op.f('ck_umbrella_papers_issued_is_frozen')),
    sa.CheckConstraint("state IN ('draft', 'checked', 'signed', 'issued', 'void')", name=op.f('ck_umbrella_papers_state_known')),
    sa.ForeignKeyConstraint(['drafted_by'], ['people.id'], name=op.f('fk_umbrella_papers_drafted_by')),
    sa.ForeignKeyConstraint(['signed_by'], ['people.id'], name=op.f('fk_umbrella_papers_signed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_papers')),
    sa.UniqueConstraint('mark', 'year', 'serial', name=op.f('uq_umbrella_papers_mark_year_serial'))
    )
    with op.batch_alter_table('umbrella_papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_umbrella_papers_subject'), ['subject'], unique=False)

    op.create_table('umbrella_matters',
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('receipt', sa.String(length=24), nullable=True),
    sa.Column('handed_on', sa.Date(), nullable=True),
    sa.Column('receiver', sa.String(length=30), nullable=True),
    sa.Column('way', sa.String(length=10), nullable=True),
    sa.Column('title_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('original_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('reporter_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
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
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('received')", name=op.f('ck_umbrella_matters_state_has_duty_id')),
    sa.CheckConstraint("handed_on IS NOT NULL OR state NOT IN ('handed')", name=op.f('ck_umbrella_matters_state_has_handed_on')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('received', 'handed')", name=op.f('ck_umbrella_matters_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_umbrella_matters_duty_is_open')),
    sa.CheckConstraint("receiver IS NOT NULL OR state NOT IN ('handed')", name=op.f('ck_umbrella_matters_state_has_receiver')),
    sa.CheckConstraint("state IN ('received', 'handed')", name=op.f('ck_umbrella_matters_state_known')),
    _sealed('original'),
    _sealed('phone'),
    _sealed('reporter'),
    _sealed('title'),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('received', 'handed')", name=op.f('ck_umbrella_matters_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_umbrella_matters_duty_is_copied')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['umbrella_duties.id', 'umbrella_duties.subject', 'umbrella_duties.due_at', 'umbrella_duties.person_id', 'umbrella_duties.kind', 'umbrella_duties.state'], name=op.f('fk_umbrella_matters_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_umbrella_matters_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_umbrella_matters_proposed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_umbrella_matters_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_umbrella_matters')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_umbrella_matters_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_umbrella_matters_number'))
    )
    with op.batch_alter_table('umbrella_matters', schema=None) as batch_op:
        batch_op.create_index('ix_umbrella_matters_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_umbrella_matters_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_umbrella_matters_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_umbrella_matters_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))



def downgrade():
    with op.batch_alter_table('umbrella_matters', schema=None) as batch_op:
        batch_op.drop_index('ix_umbrella_matters_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_umbrella_matters_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_umbrella_matters_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_umbrella_matters_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))

    op.drop_table('umbrella_matters')
    with op.batch_alter_table('umbrella_papers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_umbrella_papers_subject'))

    op.drop_table('umbrella_papers')
    with op.batch_alter_table('umbrella_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_umbrella_notes_under'))
        batch_op.drop_index(batch_op.f('ix_umbrella_notes_subject'))
        batch_op.drop_index(batch_op.f('ix_umbrella_notes_at'))

    op.drop_table('umbrella_notes')
    op.drop_table('umbrella_members')
    with op.batch_alter_table('umbrella_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_umbrella_files_number'))

    op.drop_table('umbrella_files')
    with op.batch_alter_table('umbrella_duties', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_umbrella_duties_subject'))
        batch_op.drop_index(batch_op.f('ix_umbrella_duties_person_id_due_at'), sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_umbrella_duties_blocks'), sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('umbrella_duties')
    op.drop_table('umbrella_drafts')
    with op.batch_alter_table('umbrella_addressees', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_umbrella_addressees_paper_id'))

    op.drop_table('umbrella_addressees')
    with op.batch_alter_table('umbrella_revisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_umbrella_revisions_number'))

    op.drop_table('umbrella_revisions')
    with op.batch_alter_table('umbrella_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_umbrella_links_to_number'))

    op.drop_table('umbrella_links')
    op.drop_table('umbrella_data_keys')
