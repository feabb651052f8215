"""organisation clues intake

Revision ID: c1
Revises: 
Create Date: 2026-11-24 09:58:05.990870

"""
import sqlalchemy as sa
from alembic import op


# revision identifiers, used by Alembic.
revision = 'c1'
down_revision = None
branch_labels = ('common',)
depends_on = None


def _sealed(name):
    """The first byte of a sealed column is its format: plain text cannot lie there."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    first = f"substr({name}_sealed, 1, 1) = x'01'" if sqlite else f"get_byte({name}_sealed, 0) = 1"
    return sa.CheckConstraint(first, name=f"{name}_is_sealed")


def upgrade():
    op.create_table('attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('counter', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempts_counter_at'), ['counter', 'at'], unique=False)

    op.create_table('code_tries',
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('number', 'day', name=op.f('pk_code_tries'))
    )
    op.create_table('data_keys',
    sa.Column('of', sa.String(length=80), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=True),
    sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('of', name=op.f('pk_data_keys'))
    )
    op.create_table('facts',
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_facts'))
    )
    op.create_table('links',
    sa.Column('from_number', sa.String(length=24), nullable=False),
    sa.Column('to_number', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('owes', sa.String(length=50), nullable=True),
    sa.Column('desk', sa.String(length=30), nullable=True),
    sa.PrimaryKeyConstraint('from_number', 'to_number', 'kind', name=op.f('pk_links'))
    )
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_links_to_number'), ['to_number'], unique=False)

    op.create_table('numbers',
    sa.Column('prefix', sa.String(length=20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('prefix', 'year', name=op.f('pk_numbers'))
    )
    op.create_table('receipts',
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('desk', sa.String(length=30), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('code_digest', sa.String(length=64), nullable=False),
    sa.Column('code_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('code_until', sa.DateTime(timezone=True), nullable=True),
    _sealed('code'),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_receipts'))
    )
    op.create_table('revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions'))
    )
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revisions_number'), ['number'], unique=False)

    op.create_table('trail',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('sign_in_id', sa.String(length=64), nullable=True),
    sa.Column('verb', sa.String(length=50), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('plain', sa.JSON(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_trail'))
    )
    with op.batch_alter_table('trail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trail_subject'), ['subject'], unique=False)

    op.create_table('units',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('short_name', sa.String(length=20), nullable=False),
    sa.Column('path', sa.String(length=60), nullable=False),
    sa.Column('handles', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['successor_id'], ['units.id'], name=op.f('fk_units_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('name', name=op.f('uq_units_name'))
    )
    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_units_path'), ['path'], unique=False)

    op.create_table('working_days',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_working', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_working_days'))
    )
    op.create_table('addressees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('paper_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.String(length=100), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_addressees_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addressees'))
    )
    with op.batch_alter_table('addressees', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_addressees_paper_id'), ['paper_id'], unique=False)

    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('roles', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('password', sa.String(length=120), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_people_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('login', name=op.f('uq_people_login'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_unit_id'), ['unit_id'], unique=False)

    op.create_table('access',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('sign_in_id', sa.String(length=64), nullable=True),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_access_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access'))
    )
    with op.batch_alter_table('access', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_at'), ['at'], unique=False)

    op.create_table('contacts',
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_contacts_person_id')),
    sa.PrimaryKeyConstraint('number', 'person_id', name=op.f('pk_contacts'))
    )
    op.create_table('desks',
    sa.Column('key', sa.String(length=30), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_desks_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_desks_unit_id')),
    sa.PrimaryKeyConstraint('key', 'unit_id', name=op.f('pk_desks'))
    )
    op.create_table('drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=50), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_drafts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('person_id', 'verb', 'number', name=op.f('uq_drafts_person_id_verb_number'))
    )
    op.create_table('duties',
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
    sa.CheckConstraint("(state = 'open') = (done_at IS NULL)", name=op.f('ck_duties_done_at_when_done')),
    sa.CheckConstraint("kind IN ('due', 'remind')", name=op.f('ck_duties_kind_known')),
    sa.CheckConstraint("state IN ('open', 'done', 'moved', 'void')", name=op.f('ck_duties_state_known')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_duties_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_duties_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duties')),
    sa.UniqueConstraint('id', 'subject', 'due_at', 'person_id', 'kind', 'state', name=op.f('uq_duties_id_subject_due_at_person_id_kind_state'))
    )
    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duties_blocks'), ['blocks'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_duties_person_id_due_at'), ['person_id', 'due_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_duties_subject'), ['subject'], unique=False)

    op.create_table('files',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_files_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_files'))
    )
    with op.batch_alter_table('files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_files_number'), ['number'], unique=False)

    op.create_table('mentions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('note', sa.String(length=100), nullable=False),
    sa.Column('same', sa.String(length=100), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['added_by'], ['people.id'], name=op.f('fk_mentions_added_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentions'))
    )
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentions_kind_same'), ['kind', 'same'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentions_number'), ['number'], unique=False)

    op.create_table('messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('subject', sa.String(length=24), nullable=True),
    sa.Column('what', sa.String(length=50), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_messages_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index('ix_messages_unseen', ['person_id'], unique=False, sqlite_where=sa.text('seen_at IS NULL'), postgresql_where=sa.text('seen_at IS NULL'))

    op.create_table('notes',
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
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_notes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notes_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_notes_subject'), ['subject'], unique=False)
        batch_op.create_index(batch_op.f('ix_notes_under'), ['under'], unique=False)

    op.create_table('papers',
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
    sa.CheckConstraint("state <> 'issued' OR digest IS NOT NULL", name=op.f('ck_papers_issued_is_frozen')),
    sa.CheckConstraint("state IN ('draft', 'checked', 'signed', 'issued', 'void')", name=op.f('ck_papers_state_known')),
    sa.ForeignKeyConstraint(['drafted_by'], ['people.id'], name=op.f('fk_papers_drafted_by')),
    sa.ForeignKeyConstraint(['signed_by'], ['people.id'], name=op.f('fk_papers_signed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_papers')),
    sa.UniqueConstraint('mark', 'year', 'serial', name=op.f('uq_papers_mark_year_serial'))
    )
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_papers_subject'), ['subject'], unique=False)

    op.create_table('performed',
    sa.Column('once', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=50), nullable=False),
    sa.Column('content', sa.String(length=64), nullable=True),
    sa.Column('number', sa.String(length=24), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_performed_person_id')),
    sa.PrimaryKeyConstraint('once', name=op.f('pk_performed'))
    )
    op.create_table('posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_posts_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_posts_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posts'))
    )
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posts_person_id_from_on'), ['person_id', 'from_on'], unique=False)

    op.create_table('recusals',
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=10), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('upheld', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recusals_person_id')),
    sa.PrimaryKeyConstraint('number', 'person_id', name=op.f('pk_recusals'))
    )
    with op.batch_alter_table('recusals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recusals_person_id_number'), ['person_id', 'number'], unique=False)

    op.create_table('sign_ins',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sign_ins_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_person_id'), ['person_id'], unique=False)

    op.create_table('clues',
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('source_ref', sa.String(length=60), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('level', sa.String(length=4), nullable=False),
    sa.Column('urgency', sa.String(length=4), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('occurred', sa.String(length=60), nullable=True),
    sa.Column('proposed_unit_id', sa.Integer(), nullable=True),
    sa.Column('proposed_officer_id', sa.Integer(), nullable=True),
    sa.Column('earlier_due_on', sa.Date(), nullable=True),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('conclusion', sa.String(length=10), nullable=True),
    sa.Column('finding', sa.Text(), nullable=True),
    sa.Column('disposition', sa.String(length=20), nullable=True),
    sa.Column('signed_off_on', sa.Date(), nullable=True),
    sa.Column('oversight', sa.String(length=2), nullable=True),
    sa.Column('loophole', sa.String(length=2), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('wake_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('archive_no', sa.String(length=40), nullable=True),
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
    sa.CheckConstraint("archive_no IS NOT NULL OR state NOT IN ('filed')", name=op.f('ck_clues_state_has_archive_no')),
    sa.CheckConstraint("closed_on IS NOT NULL OR state NOT IN ('closed', 'filed')", name=op.f('ck_clues_state_has_closed_on')),
    sa.CheckConstraint("conclusion IS NOT NULL OR state NOT IN ('review', 'telling', 'closed', 'filed')", name=op.f('ck_clues_state_has_conclusion')),
    sa.CheckConstraint("due_at IS NOT NULL OR state NOT IN ('assigned', 'checking', 'review', 'referred', 'held', 'telling')", name=op.f('ck_clues_state_has_due_at')),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('proposed', 'assigned', 'checking', 'review', 'referred', 'held', 'telling')", name=op.f('ck_clues_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('proposed', 'assigned', 'checking', 'review', 'referred', 'held', 'telling', 'closed', 'filed')", name=op.f('ck_clues_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_clues_duty_is_open')),
    sa.CheckConstraint("state IN ('proposed', 'assigned', 'checking', 'review', 'referred', 'held', 'telling', 'closed', 'filed')", name=op.f('ck_clues_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('proposed', 'assigned', 'checking', 'review', 'referred', 'held', 'telling', 'closed', 'filed')", name=op.f('ck_clues_state_has_unit_id')),
    sa.CheckConstraint("wake_on IS NOT NULL OR state NOT IN ('held')", name=op.f('ck_clues_state_has_wake_on')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_clues_duty_is_copied')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_clues_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_clues_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_clues_proposed_by')),
    sa.ForeignKeyConstraint(['proposed_officer_id'], ['people.id'], name=op.f('fk_clues_proposed_officer_id')),
    sa.ForeignKeyConstraint(['proposed_unit_id'], ['units.id'], name=op.f('fk_clues_proposed_unit_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_clues_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clues')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_clues_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_clues_number'))
    )
    with op.batch_alter_table('clues', schema=None) as batch_op:
        batch_op.create_index('ix_clues_closed_on', ['closed_on'], unique=False, sqlite_where=sa.text('closed_on IS NOT NULL'), postgresql_where=sa.text('closed_on IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_clues_field_received_at_id'), ['field', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_clues_open_received_at', ['received_at', 'id', 'unit_id', 'number', 'closed_on', 'signs'], unique=False, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))
        batch_op.create_index('ix_clues_open_unit_id_received_at', ['unit_id', 'received_at', 'id', 'number', 'closed_on', 'signs'], unique=False, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))
        batch_op.create_index('ix_clues_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_clues_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_clues_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_clues_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_clues_received_at', ['received_at', 'id', 'unit_id', 'number', 'closed_on', 'signs'], unique=False)
        batch_op.create_index(batch_op.f('ix_clues_state_received_at_id_field_unit_id'), ['state', 'received_at', 'id', 'field', 'unit_id'], unique=False)
        batch_op.create_index('ix_clues_unit_id_received_at', ['unit_id', 'received_at', 'id', 'number', 'closed_on', 'signs'], unique=False)
        batch_op.create_index(batch_op.f('ix_clues_unit_id_state_received_at_id'), ['unit_id', 'state', 'received_at', 'id'], unique=False)

    op.create_table('signings',
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('subject_register', sa.String(length=30), nullable=False),
    sa.Column('verb', sa.String(length=50), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
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
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('asked')", name=op.f('ck_signings_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('asked', 'confirmed', 'denied')", name=op.f('ck_signings_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_signings_duty_is_open')),
    sa.CheckConstraint("state IN ('asked', 'confirmed', 'denied')", name=op.f('ck_signings_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('asked', 'confirmed', 'denied')", name=op.f('ck_signings_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_signings_duty_is_copied')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_signings_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_signings_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_signings_proposed_by')),
    sa.ForeignKeyConstraint(['recorded_by'], ['people.id'], name=op.f('fk_signings_recorded_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_signings_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signings')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_signings_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_signings_number'))
    )
    with op.batch_alter_table('signings', schema=None) as batch_op:
        batch_op.create_index('ix_signings_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_signings_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_signings_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_signings_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_signings_subject'), ['subject'], unique=False)

    op.create_table('tips',
    sa.Column('desk', sa.String(length=30), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=True),
    sa.Column('place', sa.String(length=100), nullable=True),
    sa.Column('urgency', sa.String(length=4), nullable=True),
    sa.Column('occurred', sa.String(length=60), nullable=True),
    sa.Column('evidence', sa.String(length=60), nullable=True),
    sa.Column('wanted', sa.String(length=10), nullable=True),
    sa.Column('proposal', sa.Text(), nullable=True),
    sa.Column('at_risk', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=True),
    sa.Column('excerpt', sa.Text(), nullable=True),
    sa.Column('category', sa.String(length=10), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=True),
    sa.Column('naming', sa.String(length=10), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
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
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('signs', sa.String(length=171), nullable=False),
    sa.CheckConstraint("(naming = '匿名') = (created_by IS NULL)", name=op.f('ck_tips_anonymous_has_no_person')),
    sa.CheckConstraint("category IS NOT NULL OR state NOT IN ('accepted', 'joined', 'declined')", name=op.f('ck_tips_state_has_category')),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('incomplete', 'excerpt', 'triage')", name=op.f('ck_tips_state_has_duty_id')),
    sa.CheckConstraint("excerpt IS NOT NULL OR state NOT IN ('triage', 'accepted', 'joined', 'declined')", name=op.f('ck_tips_state_has_excerpt')),
    sa.CheckConstraint("field IS NOT NULL OR state NOT IN ('excerpt', 'triage')", name=op.f('ck_tips_state_has_field')),
    sa.CheckConstraint("naming <> '匿名' OR (reporter_sealed IS NULL AND phone_sealed IS NULL)", name=op.f('ck_tips_anonymous_is_bare')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_tips_duty_is_open')),
    sa.CheckConstraint("place IS NOT NULL OR state NOT IN ('excerpt', 'triage')", name=op.f('ck_tips_state_has_place')),
    sa.CheckConstraint("reason IS NOT NULL OR state NOT IN ('declined')", name=op.f('ck_tips_state_has_reason')),
    sa.CheckConstraint("state IN ('incomplete', 'excerpt', 'triage', 'accepted', 'joined', 'moved', 'declined')", name=op.f('ck_tips_state_known')),
    _sealed('original'),
    _sealed('phone'),
    _sealed('reporter'),
    sa.CheckConstraint("title IS NOT NULL OR state NOT IN ('triage', 'accepted', 'joined', 'declined')", name=op.f('ck_tips_state_has_title')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('incomplete', 'excerpt', 'triage')", name=op.f('ck_tips_state_has_unit_id')),
    sa.CheckConstraint("urgency IS NOT NULL OR state NOT IN ('excerpt', 'triage')", name=op.f('ck_tips_state_has_urgency')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_tips_duty_is_copied')),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_tips_created_by')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_tips_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_tips_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_tips_proposed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_tips_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tips')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_tips_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_tips_number'))
    )
    with op.batch_alter_table('tips', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tips_created_at_id'), ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_tips_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_tips_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_tips_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_tips_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_tips_state_created_at_id'), ['state', 'created_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tips_unit_id_created_at_id'), ['unit_id', 'created_at', 'id'], unique=False)

    op.create_table('checks',
    sa.Column('clue_id', sa.Integer(), nullable=False),
    sa.Column('first_officer_id', sa.Integer(), nullable=False),
    sa.Column('second_officer_id', sa.Integer(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('method', sa.String(length=10), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('found', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['clue_id'], ['clues.id'], name=op.f('fk_checks_clue_id')),
    sa.ForeignKeyConstraint(['first_officer_id'], ['people.id'], name=op.f('fk_checks_first_officer_id')),
    sa.ForeignKeyConstraint(['second_officer_id'], ['people.id'], name=op.f('fk_checks_second_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checks')),
    sa.UniqueConstraint('number', name=op.f('uq_checks_number'))
    )
    with op.batch_alter_table('checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checks_clue_id'), ['clue_id'], unique=False)

    op.create_table('referrals',
    sa.Column('clue_id', sa.Integer(), nullable=False),
    sa.Column('receiver', sa.String(length=20), nullable=False),
    sa.Column('receiver_name', sa.String(length=60), nullable=False),
    sa.Column('document_no', sa.String(length=40), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answer', sa.String(length=20), nullable=True),
    sa.Column('answer_text', sa.Text(), nullable=True),
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
    sa.CheckConstraint("answer IS NOT NULL OR state NOT IN ('answered')", name=op.f('ck_referrals_state_has_answer')),
    sa.CheckConstraint("answered_on IS NOT NULL OR state NOT IN ('answered')", name=op.f('ck_referrals_state_has_answered_on')),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('sent')", name=op.f('ck_referrals_state_has_duty_id')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('sent')", name=op.f('ck_referrals_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_referrals_duty_is_open')),
    sa.CheckConstraint("sent_on IS NOT NULL OR state NOT IN ('sent')", name=op.f('ck_referrals_state_has_sent_on')),
    sa.CheckConstraint("state IN ('sent', 'answered')", name=op.f('ck_referrals_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('sent')", name=op.f('ck_referrals_state_has_unit_id')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_referrals_duty_is_copied')),
    sa.ForeignKeyConstraint(['clue_id'], ['clues.id'], name=op.f('fk_referrals_clue_id')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_referrals_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_referrals_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_referrals_proposed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_referrals_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referrals')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_referrals_duty_id')),
    sa.UniqueConstraint('number', name=op.f('uq_referrals_number'))
    )
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referrals_clue_id'), ['clue_id'], unique=False)
        batch_op.create_index('ix_referrals_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_referrals_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_referrals_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_referrals_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))


    for name in ("clues", "tips"):  # full text; a different table on each engine (portal/core/search.py)
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE VIRTUAL TABLE {name}_words USING fts5(x, content='', "
                "tokenize='unicode61 remove_diacritics 0', detail=none, columnsize=0)"
            )
        else:
            op.execute(f"CREATE TABLE {name}_words (id integer PRIMARY KEY, words tsvector NOT NULL)")
            op.execute(f"CREATE INDEX ix_{name}_words ON {name}_words USING gin (words)")


def downgrade():
    for name in ("clues", "tips"):
        op.execute(f"DROP TABLE {name}_words")
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.drop_index('ix_referrals_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_referrals_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_referrals_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_referrals_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_referrals_clue_id'))

    op.drop_table('referrals')
    with op.batch_alter_table('checks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_checks_clue_id'))

    op.drop_table('checks')
    with op.batch_alter_table('tips', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tips_unit_id_created_at_id'))
        batch_op.drop_index(batch_op.f('ix_tips_state_created_at_id'))
        batch_op.drop_index('ix_tips_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_tips_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_tips_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_tips_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_tips_created_at_id'))

    op.drop_table('tips')
    with op.batch_alter_table('signings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signings_subject'))
        batch_op.drop_index('ix_signings_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_signings_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_signings_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_signings_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))

    op.drop_table('signings')
    with op.batch_alter_table('clues', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clues_unit_id_state_received_at_id'))
        batch_op.drop_index('ix_clues_unit_id_received_at')
        batch_op.drop_index(batch_op.f('ix_clues_state_received_at_id_field_unit_id'))
        batch_op.drop_index('ix_clues_received_at')
        batch_op.drop_index('ix_clues_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_clues_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_clues_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_clues_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_clues_open_unit_id_received_at', sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))
        batch_op.drop_index('ix_clues_open_received_at', sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))
        batch_op.drop_index(batch_op.f('ix_clues_field_received_at_id'))
        batch_op.drop_index('ix_clues_closed_on', sqlite_where=sa.text('closed_on IS NOT NULL'), postgresql_where=sa.text('closed_on IS NOT NULL'))

    op.drop_table('clues')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_person_id'))

    op.drop_table('sign_ins')
    with op.batch_alter_table('recusals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recusals_person_id_number'))

    op.drop_table('recusals')
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posts_person_id_from_on'))

    op.drop_table('posts')
    op.drop_table('performed')
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_papers_subject'))

    op.drop_table('papers')
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notes_under'))
        batch_op.drop_index(batch_op.f('ix_notes_subject'))
        batch_op.drop_index(batch_op.f('ix_notes_at'))

    op.drop_table('notes')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index('ix_messages_unseen', sqlite_where=sa.text('seen_at IS NULL'), postgresql_where=sa.text('seen_at IS NULL'))

    op.drop_table('messages')
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentions_number'))
        batch_op.drop_index(batch_op.f('ix_mentions_kind_same'))

    op.drop_table('mentions')
    with op.batch_alter_table('files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_files_number'))

    op.drop_table('files')
    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duties_subject'))
        batch_op.drop_index(batch_op.f('ix_duties_person_id_due_at'), sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_duties_blocks'), sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('duties')
    op.drop_table('drafts')
    op.drop_table('desks')
    op.drop_table('contacts')
    with op.batch_alter_table('access', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_at'))

    op.drop_table('access')
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_unit_id'))

    op.drop_table('people')
    with op.batch_alter_table('addressees', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_addressees_paper_id'))

    op.drop_table('addressees')
    op.drop_table('working_days')
    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_units_path'))

    op.drop_table('units')
    with op.batch_alter_table('trail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trail_subject'))

    op.drop_table('trail')
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revisions_number'))

    op.drop_table('revisions')
    op.drop_table('receipts')
    op.drop_table('numbers')
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_links_to_number'))

    op.drop_table('links')
    op.drop_table('facts')
    op.drop_table('data_keys')
    op.drop_table('code_tries')
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attempts_counter_at'))

    op.drop_table('attempts')
