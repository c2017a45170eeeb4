"""Numbered notes that a writer keeps, alone or with others who wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, text

from web.db.connecting.writer import GroupWriter, Writer


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


def together(writer: Writer, *pieces: Callable[[Connection], object]) -> list[object]:
    """What each piece of work came to, when all of them wait at once behind a piece that takes its time."""
    begun, holding, answers = threading.Event(), threading.Event(), [None] * len(pieces)

    def ask(place: int, work: Callable[[Connection], object]) -> None:
        try:
            answers[place] = writer.run(work)
        except Exception as error:
            answers[place] = error

    def hold(connection: Connection) -> None:
        begun.set()
        holding.wait(60)

    first = threading.Thread(target=writer.run, args=[hold])
    first.start()
    begun.wait(60)
    rest = [threading.Thread(target=ask, args=[place, work]) for place, work in enumerate(pieces)]
    for thread in rest:
        thread.start()
    while isinstance(writer, GroupWriter) and writer._waiting.qsize() < len(pieces):
        time.sleep(0.001)
    holding.set()
    for thread in (first, *rest):
        thread.join()
    return answers
