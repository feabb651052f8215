"""parties become records

Revision ID: p1
Revises: l1
Create Date: 2026-11-24 14:20:05.414044

"""
import re
import unicodedata
from datetime import UTC, datetime
from secrets import randbelow

import sqlalchemy as sa
from alembic import op

revision = 'p1'
down_revision = 'l1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('parties',
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('stands', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('into_id', sa.Integer(), nullable=True),
    sa.Column('into_stands', sa.Boolean(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(into_id IS NULL) = (into_stands IS NULL)', name=op.f('ck_parties_merged_into_somebody')),
    sa.CheckConstraint('into_stands', name=op.f('ck_parties_merged_into_one_that_stands')),
    sa.CheckConstraint('stands = (into_id IS NULL)', name=op.f('ck_parties_stands_or_is_merged')),
    sa.ForeignKeyConstraint(['into_id', 'into_stands'], ['parties.id', 'parties.stands'], name=op.f('fk_parties_into_id_into_stands')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parties')),
    sa.UniqueConstraint('id', 'stands', name=op.f('uq_parties_id_stands')),
    sa.UniqueConstraint('number', name=op.f('uq_parties_number'))
    )
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parties_into_id'), ['into_id'], unique=False)

    op.create_table('party_merges',
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('into_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('merged_by', sa.Integer(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.Column('undone_why', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_why IS NULL)', name=op.f('ck_party_merges_undone_by_somebody_and_why')),
    sa.CheckConstraint('from_id <> into_id', name=op.f('ck_party_merges_two_parties')),
    sa.ForeignKeyConstraint(['from_id'], ['parties.id'], name=op.f('fk_party_merges_from_id')),
    sa.ForeignKeyConstraint(['into_id'], ['parties.id'], name=op.f('fk_party_merges_into_id')),
    sa.ForeignKeyConstraint(['merged_by'], ['people.id'], name=op.f('fk_party_merges_merged_by')),
    sa.ForeignKeyConstraint(['undone_by'], ['people.id'], name=op.f('fk_party_merges_undone_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party_merges')),
    sa.UniqueConstraint('number', name=op.f('uq_party_merges_number'))
    )
    with op.batch_alter_table('party_merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_party_merges_from_id'), ['from_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_party_merges_into_id'), ['into_id'], unique=False)
        batch_op.create_index('uq_party_merges_merged_once', ['from_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.add_column('mentions', sa.Column('party_id', sa.Integer(), nullable=True))
    _attach(op.get_bind())
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.alter_column('party_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_index(batch_op.f('ix_mentions_party_id_id'), ['party_id', 'id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_mentions_party_id'), 'parties', ['party_id'], ['id'])



def downgrade():
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_mentions_party_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_mentions_party_id_id'))
        batch_op.drop_column('party_id')

    with op.batch_alter_table('party_merges', schema=None) as batch_op:
        batch_op.drop_index('uq_party_merges_merged_once', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_party_merges_into_id'))
        batch_op.drop_index(batch_op.f('ix_party_merges_from_id'))

    op.drop_table('party_merges')
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_parties_into_id'))

    op.drop_table('parties')


# ── mentions from before: attached as parties/models.py of this day does it ──
MENTIONS = sa.table('mentions', *map(sa.column, ('id', 'number', 'kind', 'name', 'note', 'same', 'party_id')))
LINKS = sa.table('links', *map(sa.column, ('from_number', 'to_number', 'kind')))
PARTIES = sa.table(
    'parties', sa.column('id'), sa.column('number'), sa.column('version'), sa.column('kind'),
    sa.column('stands', sa.Boolean()), sa.column('created_at', sa.DateTime(timezone=True)),
)
MARKS = ('单位', '车牌', '电话')
NICKNAME = re.compile('外号|绰号|诨号|人称|某|不详|不清')
UNSAID = re.compile('不详|不清|不明|未知|没有牌|无牌|无名')
CODES = (
    ('电话', re.compile(r'(?<!\d)(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?[2-9]\d{6,7})(?!\d)')),
    ('车牌', re.compile(r'([\u4e00-\u9fff][A-Z][ ·・-]?[A-Z0-9]{5,6})(?![A-Z0-9])')),
    ('证号', re.compile(r'(?<![A-Z0-9])([1-9]\d{16}[\dX])(?![A-Z0-9])')),
    ('证号', re.compile('(?:工号|警号|证号|编号|身份证)[ :号码为是]*([A-Z0-9]{1,4}-?[A-Z0-9]{3,17})(?![A-Z0-9])')),
)


def _attach(bind):
    columns = (MENTIONS.c.id, MENTIONS.c.number, MENTIONS.c.kind, MENTIONS.c.note, MENTIONS.c.same)
    mentions = bind.execute(sa.select(*columns).order_by(MENTIONS.c.id)).all()
    fed = {}
    for link in bind.execute(sa.select(LINKS).where(LINKS.c.kind.in_(('source', 'joined')))):
        fed.setdefault(link.to_number, []).append(link.from_number)
    same = {m.id: _same(m.kind, m.same) for m in mentions}
    beside = {}
    for m in mentions:
        if m.kind in MARKS and not UNSAID.search(same[m.id]):
            beside.setdefault(m.number, set()).add(m.kind + same[m.id])
    compared, persons, said, drawn, parties, rows = {}, {}, {}, set(), [], []
    for m in mentions:
        name = same[m.id]
        if m.kind != '人员' and not UNSAID.search(name):
            party = compared.get((m.kind, name)) or _new(m.kind, parties, drawn)
            compared[m.kind, name] = party
        else:
            party = next((p for n in fed.get(m.number, ()) if (p := said.get((n, m.kind, name, m.note)))), None)
            if m.kind == '人员' and not NICKNAME.search(name):
                own = _marks(m.note) | beside.get(m.number, set())
                alike = persons.setdefault(name, {})
                party = party or next((p for p, all_of_it in alike.items() if all(own & one for one in all_of_it)), None)
                party = party or _new(m.kind, parties, drawn)
                alike.setdefault(party, []).append(own)
            party = party or _new(m.kind, parties, drawn)
        said[m.number, m.kind, name, m.note] = party
        rows.append({'of': m.id, 'party': party, 'same_': name})
    if rows:
        bind.execute(sa.insert(PARTIES), parties)
        if bind.dialect.name == 'postgresql':
            bind.execute(sa.text("SELECT setval(pg_get_serial_sequence('parties', 'id'), :last)"), {'last': len(parties)})
        one = sa.update(MENTIONS).where(MENTIONS.c.id == sa.bindparam('of'))
        bind.execute(one.values(party_id=sa.bindparam('party'), same=sa.bindparam('same_')), rows)


def _new(kind, parties, drawn):
    number = None
    while number is None or number in drawn:
        number = f'DS-{3000 + randbelow(7000)}-{randbelow(10_000):04d}'
    drawn.add(number)
    party = len(parties) + 1
    parties.append({'id': party, 'number': number, 'version': 1, 'kind': kind, 'stands': True,
                    'created_at': datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)})
    return party


def _same(kind, same):
    if kind == '单位' and same.endswith('有限责任公司'):
        return same.removesuffix('有限责任公司') + '有限公司'
    return re.sub(r'^(?:\+|00)86(?=1\d{10}$)', '', same) if kind == '电话' else same


def _marks(note):
    words = unicodedata.normalize('NFKC', note).upper()
    return {kind + re.sub(r'[\s·・-]', '', code) for kind, pattern in CODES for code in pattern.findall(words)}
