"""Statements of the fast paths: put into words once, then handed to the driver as they are.

SQLAlchemy takes about ten times as long to build, cache and fetch one row by a small query as SQLite does to
answer it; a check-in asks a dozen. The statements are still its own, for both databases, with its binds.
"""

from __future__ import annotations

import json
import threading
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ARRAY, BigInteger, Connection, Dialect, Integer, String, any_, bindparam, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

from web.db.connecting.connection import Record


class _Words(NamedTuple):
    """A statement for one kind of database: its text, its binds in order, and fixed values."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    is_positional: bool


class Prepared:
    """A statement with named `bindparam`s; values are bound as they are, so never a text somebody typed.

    What is typed goes through `storable`, as `Line` columns do it.
    """

    def __init__(
        self, making: ClauseElement | Mapping[str, ClauseElement], columns: Sequence[str] = ()
    ) -> None:
        """One statement for both databases, or one by dialect; `columns` are those an insertion writes."""
        self._making, self._columns = making, list(columns) or None
        self._words: dict[str, _Words] = {}
        self._make: Callable[[Iterable[Any]], Any] | None = None
        self._preparing = threading.Lock()

    def first(self, connection: Connection, **values: Any) -> Record | None:
        """The first row, or None."""
        cursor = self._run(connection, values)
        found = cursor.fetchone()
        made = None if found is None else self._making_row(cursor)(found)
        cursor.close()
        return made

    def all(self, connection: Connection, **values: Any) -> Sequence[Record]:
        """All rows."""
        cursor = self._run(connection, values)
        make = self._making_row(cursor)
        made = [make(row) for row in cursor.fetchall()]
        cursor.close()
        return made

    def tuples(self, connection: Connection, **values: Any) -> Sequence[tuple[Any, ...]]:
        """All rows, without names."""
        cursor = self._run(connection, values)
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return found

    def run(self, connection: Connection, **values: Any) -> int:
        """How many rows it wrote."""
        cursor = self._run(connection, values)
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of some rows."""
        words = self._for(connection.dialect)
        bound = [_bound(words, row) for row in rows]
        if len(bound) == 1:
            _cursor(connection, words.text, bound[0], is_many=False).close()
        elif bound:
            _cursor(connection, words.text, bound, is_many=True).close()

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        words = self._for(connection.dialect)
        return _cursor(connection, words.text, _bound(words, values), is_many=False)

    def _making_row(self, cursor: Any) -> Callable[[Iterable[Any]], Any]:
        if self._make is None:
            names = [column[0] for column in cursor.description]
            kind: Any = namedtuple("Row", names)  # type: ignore[misc]
            self._make = kind._make
        return self._make

    def _for(self, dialect: Dialect) -> _Words:
        found = self._words.get(dialect.name)
        if found is None:
            with self._preparing:
                found = self._words[dialect.name] = self._put(dialect)
        return found

    def _put(self, dialect: Dialect) -> _Words:
        making = self._making[dialect.name] if isinstance(self._making, Mapping) else self._making
        compiled: Any = making.compile(dialect=dialect, column_keys=self._columns)
        fixed = {
            name: bind.value
            for bind, name in compiled.bind_names.items()
            if not bind.required and bind.value is not None
        }
        names = tuple(compiled.positiontup) if compiled.positional else tuple(compiled.bind_names.values())
        return _Words(with_binary_lists(compiled), names, fixed, compiled.positional)


def with_binary_lists(compiled: Any) -> str:
    """The words of a statement, its lists bound as bytes: as text psycopg looks through each for quotes."""
    words = str(compiled)
    for bind, name in compiled.bind_names.items():
        if isinstance(bind.type, ARRAY):
            words = words.replace(f"%({name})s", f"%({name})b")
    return words


def _bound(words: _Words, values: Mapping[str, Any]) -> Any:
    fixed = words.fixed
    if words.is_positional:
        return [_plain(values[name]) if name in values else fixed[name] for name in words.names]
    return {name: values[name] if name in values else fixed[name] for name in words.names}


def _plain(value: Any) -> Any:
    # SQLite takes no list: see `_in_json`.
    return json.dumps(value) if type(value) is list else value


def _cursor(connection: Connection, text: str, bound: Any, *, is_many: bool) -> Any:
    cursor = driver_of(connection).cursor()
    try:  # not `driver_errors`: a dozen of its contexts cost a check-in as much as a statement
        (cursor.executemany if is_many else cursor.execute)(text, bound)
    except Exception as error:
        raise _told(connection, text, error) from error
    return cursor


def driver_of(connection: Connection) -> Any:
    """The driver's connection, in the connection's transaction, which begins now if there is none."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection


@contextmanager
def driver_errors(connection: Connection, text: str) -> Iterator[None]:
    """Raise what the driver says of a statement as SQLAlchemy does."""
    try:
        yield
    except Exception as error:
        raise _told(connection, text, error) from error


def _told(connection: Connection, text: str, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy tells it, so that whoever waits for one hears of it."""
    dialect: Any = connection.dialect
    driver: Any = connection.connection.driver_connection
    is_gone = isinstance(error, dialect.loaded_dbapi.Error) and dialect.is_disconnect(error, driver, None)
    if is_gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True,
        connection_invalidated=is_gone, dialect=dialect,
    )  # fmt: skip


def _in_json(column: Any, name: str) -> Any:
    return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))


def _in_array(column: Any, name: str) -> Any:
    kind = BigInteger if isinstance(column.type, Integer) else String
    return column == any_(bindparam(name, type_=ARRAY(kind)))


# Whether a column has one of the values that are bound as a list by a name, on each kind of database: one
# text of a statement, however many are asked about.
Among: TypeAlias = Callable[[Any, str], Any]
AMONG: Mapping[str, Among] = MappingProxyType({"sqlite": _in_json, "postgresql": _in_array})


def by_kind(making: Callable[[Among], ClauseElement]) -> Mapping[str, ClauseElement]:
    """A statement for each kind of database, made with `among(column, name)`: that a value is in a list."""
    return {kind: making(among) for kind, among in AMONG.items()}


def storable(typed: str) -> str:
    """A text that somebody typed as both databases can hold it (see `web.db.statements.storable`)."""
    return typed.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
