"""a decision has an owner and a day

Revision ID: m1
Revises: a1
Create Date: 2026-11-24 11:07:49.819316

"""
import sqlalchemy as sa
from alembic import op


# revision identifiers, used by Alembic.
revision = 'm1'
down_revision = 'a1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('meetings',
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=True),
    sa.Column('chair_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('signs', sa.String(length=171), nullable=False),
    sa.CheckConstraint('sequence > 0', name=op.f('ck_meetings_sequence_counts')),
    sa.ForeignKeyConstraint(['chair_id'], ['people.id'], name=op.f('fk_meetings_chair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings')),
    sa.UniqueConstraint('kind', 'year', 'sequence', name=op.f('uq_meetings_kind_year_sequence')),
    sa.UniqueConstraint('number', name=op.f('uq_meetings_number'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meetings_held_on_id'), ['held_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meetings_kind_held_on_id'), ['kind', 'held_on', 'id'], unique=False)

    op.create_table('attendances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('how', sa.String(length=4), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.CheckConstraint("how IN ('出席', '请假', '列席')", name=op.f('ck_attendances_how_known')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_attendances_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_attendances_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendances')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_attendances_meeting_id_person_id'))
    )
    with op.batch_alter_table('attendances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendances_person_id_meeting_id'), ['person_id', 'meeting_id'], unique=False)

    op.create_table('decisions',
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.String(length=40), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('objections', sa.Integer(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Integer(), nullable=True),
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
    sa.CheckConstraint("closed_on IS NOT NULL OR state NOT IN ('closed')", name=op.f('ck_decisions_state_has_closed_on')),
    sa.CheckConstraint("due_at IS NOT NULL OR state NOT IN ('working')", name=op.f('ck_decisions_state_has_due_at')),
    sa.CheckConstraint("duty_id IS NOT NULL OR state NOT IN ('given', 'disputed', 'working', 'standing', 'finished')", name=op.f('ck_decisions_state_has_duty_id')),
    sa.CheckConstraint("finished_at IS NOT NULL OR state NOT IN ('finished', 'closed')", name=op.f('ck_decisions_state_has_finished_at')),
    sa.CheckConstraint("officer_id IS NOT NULL OR state NOT IN ('given', 'disputed', 'working', 'standing', 'finished', 'closed')", name=op.f('ck_decisions_state_has_officer_id')),
    sa.CheckConstraint("owed_state = 'open'", name=op.f('ck_decisions_duty_is_open')),
    sa.CheckConstraint("proposed_by IS NOT NULL OR state NOT IN ('finished', 'closed')", name=op.f('ck_decisions_state_has_proposed_by')),
    sa.CheckConstraint("review_on IS NOT NULL OR state NOT IN ('standing')", name=op.f('ck_decisions_state_has_review_on')),
    sa.CheckConstraint("state <> 'disputed' OR objections = 1", name=op.f('ck_decisions_disputed_by_an_objection')),
    sa.CheckConstraint("state IN ('given', 'disputed', 'working', 'standing', 'finished', 'closed')", name=op.f('ck_decisions_state_known')),
    sa.CheckConstraint("unit_id IS NOT NULL OR state NOT IN ('given', 'disputed', 'working', 'standing', 'finished', 'closed')", name=op.f('ck_decisions_state_has_unit_id')),
    sa.CheckConstraint("verified_by IS NOT NULL OR state NOT IN ('closed')", name=op.f('ck_decisions_state_has_verified_by')),
    sa.CheckConstraint('(due_at IS NULL) <> (review_on IS NULL)', name=op.f('ck_decisions_due_or_reviewed')),
    sa.CheckConstraint('(duty_id IS NULL) = (owed_at IS NULL) AND (duty_id IS NULL) = (owed_by IS NULL) AND (duty_id IS NULL) = (owed_kind IS NULL) AND (duty_id IS NULL) = (owed_state IS NULL)', name=op.f('ck_decisions_duty_is_copied')),
    sa.CheckConstraint('objections IN (0, 1)', name=op.f('ck_decisions_argued_once')),
    sa.CheckConstraint('verified_by <> proposed_by', name=op.f('ck_decisions_verified_by_another')),
    sa.ForeignKeyConstraint(['duty_id', 'number', 'owed_at', 'owed_by', 'owed_kind', 'owed_state'], ['duties.id', 'duties.subject', 'duties.due_at', 'duties.person_id', 'duties.kind', 'duties.state'], name=op.f('fk_decisions_duty_id_number_owed_at_owed_by_owed_kind_owed_state'), onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_decisions_meeting_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_decisions_officer_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_decisions_proposed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_decisions_unit_id')),
    sa.ForeignKeyConstraint(['verified_by'], ['people.id'], name=op.f('fk_decisions_verified_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions')),
    sa.UniqueConstraint('duty_id', name=op.f('uq_decisions_duty_id')),
    sa.UniqueConstraint('meeting_id', 'position', name=op.f('uq_decisions_meeting_id_position')),
    sa.UniqueConstraint('number', name=op.f('uq_decisions_number'))
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_closed_on_id'), ['closed_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decisions_made_on_id_unit_id'), ['made_on', 'id', 'unit_id'], unique=False)
        batch_op.create_index('ix_decisions_owed_owed_at_id', ['owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index('ix_decisions_owed_owed_at_id_unit_id', ['owed_at', 'id', 'unit_id'], unique=False, sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.create_index('ix_decisions_owed_owed_by_owed_at_id', ['owed_by', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.create_index('ix_decisions_owed_unit_id_owed_at_id', ['unit_id', 'owed_at', 'id'], unique=False, sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_decisions_unit_id_made_on_id'), ['unit_id', 'made_on', 'id'], unique=False)

    for name in ("meetings", "decisions"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE VIRTUAL TABLE {name}_words USING fts5(x, content='', "
                "tokenize='unicode61 remove_diacritics 0', detail=none, columnsize=0)"
            )
        else:
            op.execute(f"CREATE TABLE {name}_words (id integer PRIMARY KEY, words tsvector NOT NULL)")
            op.execute(f"CREATE INDEX ix_{name}_words ON {name}_words USING gin (words)")


def downgrade():
    for name in ("meetings", "decisions"):
        op.execute(f"DROP TABLE {name}_words")
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decisions_unit_id_made_on_id'))
        batch_op.drop_index('ix_decisions_owed_unit_id_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index('ix_decisions_owed_owed_by_owed_at_id', sqlite_where=sa.text('owed_by IS NOT NULL'), postgresql_where=sa.text('owed_by IS NOT NULL'))
        batch_op.drop_index('ix_decisions_owed_owed_at_id_unit_id', sqlite_where=sa.text("owed_kind = 'due'"), postgresql_where=sa.text("owed_kind = 'due'"))
        batch_op.drop_index('ix_decisions_owed_owed_at_id', sqlite_where=sa.text('owed_at IS NOT NULL'), postgresql_where=sa.text('owed_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_decisions_made_on_id_unit_id'))
        batch_op.drop_index(batch_op.f('ix_decisions_closed_on_id'))

    op.drop_table('decisions')
    with op.batch_alter_table('attendances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendances_person_id_meeting_id'))

    op.drop_table('attendances')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meetings_kind_held_on_id'))
        batch_op.drop_index(batch_op.f('ix_meetings_held_on_id'))

    op.drop_table('meetings')
