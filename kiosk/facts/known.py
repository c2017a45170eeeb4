"""Whom this gate knows: looked up in a fraction of a millisecond, also while a page of changes is written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from domain.errors import TamperedError
from domain.facts import VisitorFacts
from domain.facts_page import FactsPlace, KnownVisitor, known_visitor, opened_page
from domain.note import NoteKey
from domain.wording import Sentence
from kiosk.facts.file import FILE_NAME, FactsError, Opened, line_sum, opened
from kiosk.facts.following import Followed, fitted, followed, write_page
from kiosk.spool.errors import NO_VALUES

_BY_CODE = "SELECT line, sum FROM visitor WHERE n = (SELECT visitor FROM code WHERE cti = ?)"
_BY_NUMBER = "SELECT line, sum FROM visitor WHERE number = ?"
_BY_ID = "SELECT line, sum FROM visitor WHERE id = ?"
_NOTHING = Followed(FactsPlace(), False, 0, FactsPlace())
_ANEW = Sentence(
    "What this kiosk knew of visitors was damaged. It is fetched anew; until then the staff decide.",
    "本终端的访客数据已损坏，正在重新下载，在此期间由工作人员处理。",
)


class KnownVisitors:
    """The visitors of one gate. One thread takes pages and mends, any thread may look up."""

    def __init__(self, home: Path, key: NoteKey) -> None:
        """Opens the file in `home`; one that cannot be opened is told by each look-up, and tried again."""
        self._path, self._key = home / FILE_NAME, key
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._opened: Opened | None = None
        self._followed = _NOTHING
        self._is_suspect = True
        self._was_lost = False
        self._trouble: FactsError | None = None
        self.mend()

    @property
    def place(self) -> FactsPlace:
        """How far the stream was followed."""
        return self._followed.place

    @property
    def is_whole(self) -> bool:
        """Whether the stream that is followed was here to its end once."""
        return self._followed.is_whole

    @property
    def is_readable(self) -> bool:
        """Whether nothing went wrong with the file since it was opened."""
        return not self._is_suspect

    @property
    def notice(self) -> Sentence | None:
        """What the staff are told when something is wrong."""
        if self._trouble:
            return self._trouble.sentence
        return _ANEW if self._was_lost else None

    def has(self, place: FactsPlace) -> bool:
        """Whether all changes up to a place are here, and can be read."""
        return not self._is_suspect and self._followed.has(place)

    def is_revoked(self, cti: bytes) -> bool:
        """Whether a code was withdrawn; FactsError when nobody can tell."""
        return self._row("SELECT 1 FROM revoked WHERE cti = ?", cti) is not None

    def by_code(self, cti: bytes) -> VisitorFacts | None:
        """Whose code this is; FactsError when nobody can tell."""
        known = self._visitor(_BY_CODE, cti)
        if known is not None and cti not in known.codes:
            raise self._unreadable("a code leads to somebody else")
        return known.facts if known else None

    def by_number(self, number: str) -> VisitorFacts | None:
        """Whose short number this is; None also when nobody can tell."""
        return self._facts_if_readable(_BY_NUMBER, number)

    def by_id(self, visitor_id: str) -> VisitorFacts | None:
        """The visitor of this id; None also when nobody can tell."""
        return self._facts_if_readable(_BY_ID, visitor_id)

    def take(self, note: bytes, epoch: str, now_s: int) -> None:
        """Apply the next page of the stream `epoch`. TamperedError or FactsError change nothing."""
        page = opened_page(note, self._key)
        with self._writing:
            after = fitted(self._followed, page, epoch)
            self._kept(lambda file: write_page(file.writer, page, after, now_s))
            self._followed = after
            self._was_lost = self._was_lost and not after.is_whole

    def mend(self) -> None:
        """Open the file again if it is not or could not be read; a damaged one is begun anew."""
        if not self._is_suspect:
            return
        with self._writing, self._reading:
            if self._opened:
                self._opened.close()
            self._opened, self._followed = None, _NOTHING
            try:
                self._opened = opened(self._path)
                self._followed = followed(self._opened.writer)
            except (FactsError, sqlite3.Error, *NO_VALUES) as error:
                self._trouble = error if isinstance(error, FactsError) else FactsError(error)
                return
            self._was_lost = self._was_lost or self._opened.was_damaged
            self._is_suspect, self._trouble = False, None

    def close(self) -> None:
        """Give the file back; nothing can be looked up any more."""
        with self._writing, self._reading:
            self._is_suspect = True
            if self._opened:
                self._opened.close()
            self._opened = None

    def _kept(self, write: Callable[[Opened], None]) -> None:
        if self._opened is None:
            raise self._trouble or FactsError("closed")
        try:
            write(self._opened)
        except (sqlite3.Error, OSError, *NO_VALUES) as error:
            # A full disk is no damage; whatever else it was shows when the file is opened again.
            self._is_suspect = getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_FULL
            raise FactsError(error) from error

    def _facts_if_readable(self, query: str, key: str) -> VisitorFacts | None:
        try:
            known = self._visitor(query, key) if key else None
        except FactsError:
            return None
        return known.facts if known else None

    def _visitor(self, query: str, key: str | bytes) -> KnownVisitor | None:
        row = self._row(query, key)
        if row is None:
            return None
        line, told = row
        try:
            if line_sum(line) == told:
                return known_visitor(line)
        except TamperedError:
            pass
        raise self._unreadable("a visitor's line was changed")

    def _row(self, query: str, key: str | bytes) -> tuple[bytes, int] | None:
        with self._reading:
            if self._opened is None:
                raise self._trouble or FactsError("closed")
            try:
                row: tuple[bytes, int] | None = self._opened.reader.execute(query, (key,)).fetchone()
            except (sqlite3.Error, *NO_VALUES) as error:
                raise self._unreadable(error) from error
        return row

    def _unreadable(self, error: object) -> FactsError:
        self._is_suspect = True
        return FactsError(error)
