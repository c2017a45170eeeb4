"""What all tables share: one metadata with named constraints, and the columns that come again and again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData

from web.db.statements.storable import Line

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# SQLite gives rowids only to INTEGER PRIMARY KEY; PostgreSQL needs 64 bits.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")
ID = Line(64)


def id_column(name: str = "id") -> Column[str]:
    """A primary key of letters."""
    return Column(name, ID, primary_key=True)


def ms_column(name: str, nullable: bool = False) -> Column[int]:
    """A time in Unix milliseconds."""
    return Column(name, BigInteger, nullable=nullable)
