"""What an installation is told from outside, checked once and then frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InputError
from domain.venue import checked_base_url

DEFAULT_HOME = Path("var")


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one guess of a password costs: argon2id's rounds, memory in KiB and lanes (RFC 9106 §3.1).

    No environment sets it: only a program, the tests for one, can ask for cheaper ones.
    """

    rounds: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data and secrets live, and under which address the site is reached."""

    home: Path = DEFAULT_HOME
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    operator: str = "Code & Place"
    password_cost: PasswordCost = PasswordCost()

    @property
    def resolved_database_url(self) -> str:
        """The database to use: the one that was named, else an embedded SQLite file under `home`."""
        return self.database_url or f"sqlite:///{(self.home / 'codeplace.db').absolute()}"

    @property
    def secrets(self) -> Path:
        """The folder of keys, which is never inside the database."""
        return self.home / "secrets"

    @property
    def is_https(self) -> bool:
        """Whether visitors reach the site over TLS; cookies are then bound to it."""
        return self.base_url.startswith("https://")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings out of DATA_DIR, DATABASE_URL, BASE_URL and OPERATOR; InputError names the bad one."""
    database_url = environment.get("DATABASE_URL", "")
    if database_url.startswith("postgres://"):
        database_url = "postgresql://" + database_url.removeprefix("postgres://")
    if database_url and not database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise InputError(
            "DATABASE_URL",
            "DATABASE_URL must begin with sqlite:/// or postgresql://.",
            "DATABASE_URL 须以 sqlite:/// 或 postgresql:// 开头。",
        )
    if database_url.startswith("postgresql://"):
        database_url = "postgresql+psycopg://" + database_url.removeprefix("postgresql://")
    return Settings(
        home=Path(environment.get("DATA_DIR") or DEFAULT_HOME),
        database_url=database_url,
        base_url=checked_base_url(environment.get("BASE_URL") or "http://127.0.0.1:8000"),
        operator=environment.get("OPERATOR") or "Code & Place",
    )
