"""Entries, who they were and stays in a table for each month, on PostgreSQL alone.

No row is written anew: the table that is there becomes the first of the months, under a check of its ids that
`web.db.months.foreseeing` has validated beside a running site. Where it could not, the check is made here.

Revision: 0014
Before it: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Each with the column that begins with the time of the entry. What is locked is locked in this order.
_PARTED = {"entries": "id", "entry_people": "entry_id", "stays": "entry_id"}

# The first 12 digits of a version 7 UUID are its time: texts of months begin so.
_BOUND = """
CREATE FUNCTION month_bound(first date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lpad(to_hex(ms >> 16), 8, '0') || '-' || lpad(to_hex(ms & 65535), 4, '0')
    FROM (SELECT (extract(epoch FROM first) * 1000)::bigint AS ms) AS told
$$
"""

# What every month's table has beside the indexes of its parent. A unique number cannot be the parent's, for
# it holds no id; references lead to the entries of the same month, so that no look-up asks all months.
_GUARDED = """
CREATE FUNCTION month_guarded(part text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ADD UNIQUE (device, seq)', 'entries' || part);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT fk_entry_people_entry_id FOREIGN KEY (entry_id) '
        'REFERENCES %I (id)', 'entry_people' || part, 'entries' || part);
    EXECUTE format('CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', 'entries' || part);
END $$
"""

# The last table, which takes whatever comes after all months, becomes that of a month, and a new one comes
# after it. So nothing that lies in it is written anew; only what is from later still moves on: ids of clocks
# that are far ahead. By the owner's rights, for whoever runs the site may not make tables.
_CLOSED = """
CREATE FUNCTION month_closed(first date, until date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE
    since text := month_bound(first);
    bound text := month_bound(until);
    part text := '_' || to_char(first, 'YYYY_MM') || CASE
        WHEN until > first + interval '1 month' THEN '_to_' || to_char(until - 1, 'YYYY_MM') ELSE '' END;
    name text;
    parts text[] := ARRAY['entries', 'entry_people', 'stays'];
    keys text[] := ARRAY['id', 'entry_id', 'entry_id'];
    later bool;
BEGIN
    IF extract(day FROM first) <> 1 OR extract(day FROM until) <> 1 OR until <= first
        OR until > now() + interval '25 months' THEN
        RAISE EXCEPTION 'not a month to come: % to %', first, until;
    END IF;
    LOCK TABLE entries, entry_people, stays IN ACCESS EXCLUSIVE MODE;
    IF strpos((SELECT pg_get_expr(relpartbound, oid) FROM pg_class
        WHERE oid = to_regclass('entries_after')), format('FROM (%L)', since)) = 0 THEN
        RETURN;
    END IF;
    FOREACH name IN ARRAY parts LOOP
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', name, name || '_after');
        EXECUTE format('ALTER TABLE %I RENAME TO %I', name || '_after', name || part);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name || '_after', name);
    END LOOP;
    PERFORM month_guarded('_after');
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id >= %L)', 'entries' || part, bound) INTO later;
    IF later THEN
        FOR nth IN 1..3 LOOP
            EXECUTE format('INSERT INTO %I SELECT * FROM %I WHERE %I >= %L',
                parts[nth] || '_after', parts[nth] || part, keys[nth], bound);
        END LOOP;
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER entries_append_only', 'entries' || part);
        FOR nth IN REVERSE 3..1 LOOP
            EXECUTE format('DELETE FROM %I WHERE %I >= %L', parts[nth] || part, keys[nth], bound);
        END LOOP;
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER entries_append_only', 'entries' || part);
    END IF;
    FOREACH name IN ARRAY parts LOOP
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            name, name || part, since, bound);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (MAXVALUE)',
            name, name || '_after', bound);
    END LOOP;
END $$
"""

# Who was there, of a whole month: as fast as dropping it, and an entry of that month that comes late still
# has its place. Counted under a lock that lets readers in. Entries are never emptied, by nobody.
_LOCKED = """
CREATE FUNCTION month_locked(part text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF part = '_after' OR NOT EXISTS (SELECT FROM pg_inherits
        WHERE inhparent = 'entry_people'::regclass AND inhrelid = to_regclass('entry_people' || part)) THEN
        RAISE EXCEPTION 'not a month: %', part;
    END IF;
    EXECUTE format('LOCK TABLE %I, %I IN SHARE ROW EXCLUSIVE MODE', 'entry_people' || part, 'stays' || part);
END $$
"""
_EMPTIED = """
CREATE FUNCTION month_emptied(part text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    PERFORM month_locked(part);
    EXECUTE format('TRUNCATE %I, %I', 'entry_people' || part, 'stays' || part);
END $$
"""
# PostgreSQL looks at each month by itself but never at what they are together, by which it plans.
_ANALYSED = """
CREATE FUNCTION months_analysed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    ANALYZE entries;
    ANALYZE entry_people;
    ANALYZE stays;
END $$
"""
# For docs/rights.sql: who asks the tables that months are part of needs no rights on the months.
_CLOSED_TO = """
CREATE FUNCTION months_closed_to(app name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent IN ('entries'::regclass, 'entry_people'::regclass, 'stays'::regclass) LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', part, app);
    END LOOP;
END $$
"""
_OF_THE_OWNER = (
    "month_guarded(text)", "month_closed(date, date)", "month_locked(text)", "month_emptied(text)",
    "months_analysed()", "months_closed_to(name)",
)  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.execute(_BOUND)
    op.execute(_GUARDED)
    first = _first_month(connection)
    op.execute(f"LOCK TABLE {', '.join(_PARTED)} IN ACCESS EXCLUSIVE MODE")
    for table in _PARTED:
        _renamed(connection, table)
        op.execute(f"CREATE TABLE {table}_after (LIKE {table} INCLUDING ALL)")
    op.execute("SELECT month_guarded('_after')")
    _moved(connection, first)
    for table in _PARTED:
        op.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {table}_before FOR VALUES FROM (MINVALUE) TO ('{first}')"
        )
        op.execute(f"ALTER TABLE {table}_before DROP CONSTRAINT IF EXISTS before_months")
        op.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {table}_after FOR VALUES FROM ('{first}') TO (MAXVALUE)"
        )
    op.execute(
        "CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(_CLOSED_TO)
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in (_CLOSED, _LOCKED, _EMPTIED, _ANALYSED):
        op.execute(function.format(schema=schema))
    for name in _OF_THE_OWNER:
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")


def _first_month(connection: sa.Connection) -> str:
    """Where the first month after the table that is there begins: as was foreseen, or after the next one."""
    query = (
        "SELECT substring(pg_get_constraintdef(oid) FROM '''([-0-9a-f]+)''') FROM pg_constraint "
        "WHERE conname = 'before_months' AND conrelid = to_regclass('entries') AND convalidated"
    )
    foreseen = connection.scalar(sa.text(query))
    coming = "SELECT month_bound((date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months')::date)"
    return str(foreseen or connection.scalar(sa.text(coming)))


def _renamed(connection: sa.Connection, table: str) -> None:
    """Give the table that is there another name, and its own to a parent without rows."""
    old, key = f"{table}_before", _PARTED[table]
    op.execute(f"ALTER TABLE {table} RENAME TO {old}")
    query = "SELECT indexrelid::regclass::text, indisunique FROM pg_index WHERE indrelid = to_regclass(:old)"
    indexes = connection.execute(sa.text(query), {"old": old}).all()
    for name, _ in indexes:
        op.execute(f"ALTER INDEX {name} RENAME TO {name.replace(table, old, 1)}")
    op.execute(f"CREATE TABLE {table} (LIKE {old} INCLUDING DEFAULTS) PARTITION BY RANGE ({key})")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({key})")
    for name, is_unique in indexes:
        if not is_unique:
            told = connection.scalar(
                sa.text("SELECT pg_get_indexdef(to_regclass(:name))"), {"name": name.replace(table, old, 1)}
            )
            op.execute(sa.text(str(told).replace(old, table).replace(":", "\\:")))


def _moved(connection: sa.Connection, first: str) -> None:
    """Bring ids of clocks that are months ahead where they belong: hardly ever one."""
    if not connection.scalar(
        sa.text("SELECT EXISTS (SELECT FROM entries_before WHERE id >= :first)"), {"first": first}
    ):
        return
    for table, key in _PARTED.items():
        later = f"{table}_before WHERE {key} >= '{first}'"
        op.execute(f"INSERT INTO {table}_after SELECT * FROM {later}")  # noqa: S608
    op.execute("ALTER TABLE entries_before DISABLE TRIGGER entries_append_only")
    for table, key in reversed(_PARTED.items()):
        op.execute(f"DELETE FROM {table}_before WHERE {key} >= '{first}'")  # noqa: S608
    op.execute("ALTER TABLE entries_before ENABLE TRIGGER entries_append_only")


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
