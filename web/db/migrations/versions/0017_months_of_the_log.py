"""Leaves and their order in a table for each month, on PostgreSQL alone; an entry knows its leaf's month.

No row is written anew: the tables that are there become the first of the months, under a check of their
numbers that `web.db.months.foreseeing` has validated beside a running site. Where it could not, it is made
here.

Revision: 0017
Before it: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Each with the column that it is parted by: both hold the leaf's id, so both are of the same month.
_PARTED = {"leaves": "id", "log_sequence": "leaf_id"}

# A month is the last two digits of its year and its own two; its leaves are numbered from a million
# millions of it on. Whoever waits for readers lets go again, for others wait behind it meanwhile.
_LOCKED = """
DO $$
DECLARE
    before text := current_setting('lock_timeout');
BEGIN
    FOR nth IN 1..600 LOOP
        BEGIN
            PERFORM set_config('lock_timeout', '800ms', true);
            LOCK TABLE entries, leaves, log_sequence IN ACCESS EXCLUSIVE MODE;
            PERFORM set_config('lock_timeout', before, true);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.5);
        END;
    END LOOP;
    RAISE EXCEPTION 'somebody reads entries or the log for long, a backup perhaps: try again after it';
END $$
"""
_BOUND = """
CREATE FUNCTION log_month(day date) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT ((extract(year FROM day) - 2000) * 100 + extract(month FROM day))::int
$$
"""

# What every month's tables have beside what their parents have. A leaf's index cannot be unique over all
# months, for they are parted by another number: it is in each, and of no two months (log_month_noted). An
# entry's leaf is looked for by both, and by one index: a new month is not known to have one leaf an entry.
_GUARDED = """
CREATE FUNCTION log_guarded(part text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (leaf_index)', 'log_sequence' || part);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT fk_log_sequence_leaf_id FOREIGN KEY (leaf_id) '
        'REFERENCES %I (id)', 'log_sequence' || part, 'leaves' || part);
    EXECUTE format('CREATE INDEX ON %I (ref, id)', 'leaves' || part);
    FOREACH name IN ARRAY ARRAY['leaves', 'log_sequence'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_append_only', name || part);
    END LOOP;
END $$
"""

# Made long before the first leaf of the month, so that nobody waits and nothing has to be looked at.
_MADE = """
CREATE FUNCTION log_month_made(first date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE
    part text := '_' || to_char(first, 'YYYY_MM');
    since bigint := log_month(first) * 1000000000000;
    until bigint := log_month((first + interval '1 month')::date) * 1000000000000;
    name text;
BEGIN
    IF extract(day FROM first) <> 1 OR first > now() + interval '25 months' THEN
        RAISE EXCEPTION 'not a month to come: %', first;
    END IF;
    FOREACH name IN ARRAY ARRAY['leaves', 'log_sequence'] LOOP
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name || part, name);
    END LOOP;
    PERFORM log_guarded(part);
    FOREACH name IN ARRAY ARRAY['leaves', 'log_sequence'] LOOP
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
            name, name || part, since, until);
    END LOOP;
END $$
"""

# Entries say in which month their leaf has its number: that of the next one.
_TOLD = """
CREATE FUNCTION leaf_month_told() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE entries ALTER leaf_month SET DEFAULT %s',
        (SELECT last_value / 1000000000000 FROM leaves_id_seq));
END $$
"""

# The turn of a month: the next leaf gets the month's first number. Nobody who has put an entry in and not
# committed it is there then, so that each entry says the month of its own leaf.
_TURNED = """
CREATE FUNCTION log_month_turned(first date) RETURNS bool LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE
    since bigint := log_month(first) * 1000000000000;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'log_sequence'::regclass
        AND inhrelid = to_regclass('log_sequence_' || to_char(first, 'YYYY_MM'))) THEN
        RAISE EXCEPTION 'no tables of that month: %', first;
    END IF;
    LOCK TABLE entries IN ACCESS EXCLUSIVE MODE;
    IF (SELECT last_value FROM leaves_id_seq) >= since THEN
        RETURN false;
    END IF;
    -- Unlike setval it is undone with the rest, should this not be committed.
    EXECUTE format('ALTER SEQUENCE leaves_id_seq RESTART WITH %s', since + 1);
    PERFORM leaf_month_told();
    RETURN true;
END $$
"""

# The index at which a month began, once its first leaf has one: whoever asks by index then asks that month
# alone, and no index can be given in two months. Looked at afterwards, beside everybody.
_NOTED = """
CREATE FUNCTION log_month_noted(first date) RETURNS bool LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE
    part text := 'log_sequence_' || to_char(first, 'YYYY_MM');
    begins bigint;
    earlier regclass;
BEGIN
    EXECUTE format('SELECT leaf_index FROM %I ORDER BY leaf_id LIMIT 1', part) INTO begins;
    IF begins IS NULL OR EXISTS (SELECT FROM pg_constraint
        WHERE conrelid = to_regclass(part) AND conname = 'since_month') THEN
        RETURN false;
    END IF;
    FOR earlier IN SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
        WHERE inhparent = 'log_sequence'::regclass
        AND (relname = 'log_sequence_before' OR relname < part)
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = inhrelid AND conname = 'until_month') LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT until_month CHECK (leaf_index < %s) NOT VALID',
            earlier, begins);
    END LOOP;
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT since_month CHECK (leaf_index >= %s) NOT VALID',
        part, begins);
    RETURN true;
END $$
"""
_CHECKED = """
CREATE FUNCTION log_months_checked() RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE
    one record;
    count int := 0;
BEGIN
    FOR one IN SELECT conrelid::regclass AS part, conname FROM pg_constraint
        JOIN pg_inherits ON inhrelid = conrelid WHERE inhparent = 'log_sequence'::regclass
        AND conname IN ('since_month', 'until_month') AND NOT convalidated LOOP
        EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', one.part, one.conname);
        count := count + 1;
    END LOOP;
    RETURN count;
END $$
"""
_ANALYSED = """
CREATE OR REPLACE FUNCTION months_analysed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    ANALYZE entries;
    ANALYZE entry_people;
    ANALYZE stays;
    ANALYZE leaves;
    ANALYZE log_sequence;
END $$
"""
# PostgreSQL by itself looks at a new table a minute after its first rows; until then it plans as if each
# column had two hundred values.
_LOOKED_OVER = """
CREATE FUNCTION month_looked_over(part text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class whole ON whole.oid = inhparent
        WHERE whole.relname IN ('entries', 'entry_people', 'stays', 'leaves', 'log_sequence')
        AND inhrelid = to_regclass(whole.relname || part) LOOP
        EXECUTE format('ANALYZE %s', one);
    END LOOP;
END $$
"""
_CLOSED_TO = """
CREATE OR REPLACE FUNCTION months_closed_to(app name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent IN ('entries'::regclass,
        'entry_people'::regclass, 'stays'::regclass, 'leaves'::regclass, 'log_sequence'::regclass) LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', part, app);
    END LOOP;
END $$
"""
_OF_THE_OWNER = (
    "log_guarded(text)", "log_month_made(date)", "log_month_turned(date)", "log_month_noted(date)",
    "log_months_checked()", "leaf_month_told()", "month_looked_over(text)",
)  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    is_parted = connection.dialect.name == "postgresql"
    if is_parted:
        op.execute(_LOCKED)
    op.add_column("entries", sa.Column("leaf_month", sa.Integer(), nullable=False, server_default="0"))
    if not is_parted:
        return
    op.execute(_BOUND)
    op.execute(_GUARDED)
    first = _first_number(connection)
    for table in _PARTED:
        _parted(connection, table, first)
    op.execute("ALTER SEQUENCE leaves_id_seq OWNED BY leaves.id")
    op.execute(_CLOSED_TO)
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in (_MADE, _TOLD, _TURNED, _NOTED, _CHECKED, _ANALYSED, _LOOKED_OVER):
        op.execute(function.format(schema=schema))
    for name in _OF_THE_OWNER:
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")


def _first_number(connection: sa.Connection) -> int:
    """Where the first month after the tables there are begins: as was foreseen, or after the next one."""
    query = (
        "SELECT substring(pg_get_constraintdef(oid) FROM '[0-9]{5,}') FROM pg_constraint "
        "WHERE conname = 'before_months' AND conrelid = to_regclass('leaves') AND convalidated"
    )
    foreseen = connection.scalar(sa.text(query))
    coming = (
        "SELECT log_month((date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months')::date) "
        "* 1000000000000"
    )
    return int(foreseen or connection.scalar(sa.text(coming)) or 0)


def _parted(connection: sa.Connection, table: str, first: int) -> None:
    """Give the table that is there another name, and its own to a parent that it is the first month of."""
    old, key = f"{table}_before", _PARTED[table]
    op.execute(f"ALTER TABLE {table} RENAME TO {old}")
    names = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = to_regclass(:old)"
    for name in connection.scalars(sa.text(names), {"old": old}).all():
        op.execute(f"ALTER INDEX {name} RENAME TO {name.replace(table, old, 1)}")
    op.execute(f"CREATE TABLE {table} (LIKE {old} INCLUDING DEFAULTS) PARTITION BY RANGE ({key})")
    if table == "leaves":
        op.execute("ALTER TABLE leaves ADD CONSTRAINT pk_leaves PRIMARY KEY (id)")
        # Rows that are there are known to have one leaf an entry: their index stays as it is.
        if not connection.scalar(sa.text("SELECT EXISTS (SELECT FROM leaves_before)")):
            op.execute("DROP INDEX ix_leaves_before_ref")
            op.execute("CREATE INDEX ix_leaves_before_ref ON leaves_before (ref, id)")
    else:
        op.execute("ALTER TABLE log_sequence ADD CONSTRAINT uq_log_sequence_leaf_id UNIQUE (leaf_id)")
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {old} FOR VALUES FROM (MINVALUE) TO ({first})")
    op.execute(f"ALTER TABLE {old} DROP CONSTRAINT IF EXISTS before_months")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
