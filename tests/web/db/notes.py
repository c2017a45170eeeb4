"""Numbered notes that a writer keeps."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text

from web.db.writer import Writer


def noted(nth: int, author: int = 0, parent: int | None = None) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(
            text("INSERT INTO notes VALUES ((SELECT count(*) FROM notes), :author, :nth, :parent)"),
            {"author": author, "nth": nth, "parent": parent},
        )
        return nth

    return work


def kept(writer: Writer) -> list[int]:
    return writer.run(lambda c: list(c.scalars(text("SELECT nth FROM notes ORDER BY nth"))))
