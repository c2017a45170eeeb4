"""Files that several machines hand out, in pieces."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from web.db.tables import file_pieces


def added(connection: Connection, owner: str, number: int, body: bytes) -> None:
    """Keep one piece of a file."""
    connection.execute(insert(file_pieces).values(owner=owner, number=number, body=body))


def piece(connection: Connection, owner: str, number: int) -> bytes | None:
    """One piece of a file, None behind the last."""
    query = select(file_pieces.c.body).where(file_pieces.c.owner == owner, file_pieces.c.number == number)
    body = connection.scalar(query)
    return None if body is None else bytes(body)


def owners(connection: Connection, prefix: str) -> list[str]:
    """Whose files are here, of those whose names begin so."""
    first = (file_pieces.c.number == 0, file_pieces.c.owner.startswith(prefix, autoescape=True))
    return list(connection.scalars(select(file_pieces.c.owner).where(*first)))


def removed(connection: Connection, owner: str) -> None:
    """Forget a file."""
    connection.execute(delete(file_pieces).where(file_pieces.c.owner == owner))
