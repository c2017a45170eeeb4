"""What an installation is told from outside, checked once and then frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import InputError
from domain.venue import checked_base_url

DEFAULT_HOME = Path("var")
# How commands of this site are typed here: what tells somebody to type one names it so.
SITE_COMMAND = os.environ.get("CODEPLACE_COMMAND") or "python -m web"
_TOKEN_LEAST = 16
_REPLICA_MOST_S = 3_600
# What a kiosk obeys (kiosk/uplink/portal.py).
_BEAT_BOUNDS_S = (2, 120)


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one guess of a password costs: argon2id's rounds, memory in KiB and lanes (RFC 9106 §3.1).

    No environment sets it: only a program, the tests for one, can ask for cheaper ones.
    """

    rounds: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """Where staff may also sign in: another system of theirs that speaks OpenID Connect.

    `second_factor` holds the values of `amr` or `acr` that stand for a second factor shown there.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    second_factor: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MasterKey:
    """Where the master key comes from: itself, a file of another name, or what a command prints."""

    text: str = field(default="", repr=False)
    file: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class ReadReplica:
    """A database that follows the one of DATABASE_URL, and how many seconds behind it may be read."""

    url: str = field(repr=False)
    limit_s: int = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data and secrets live, and under which address the site is reached."""

    home: Path = DEFAULT_HOME
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    operator: str = "Code & Place"
    password_cost: PasswordCost = PasswordCost()
    # Whether webhooks may go to private addresses, and over http: for a receiver beside the site.
    webhooks_inside: bool = False
    provider: OpenIdProvider | None = None
    # What Prometheus must know to read /metrics; there is none without it.
    metrics_token: str = field(default="", repr=False)
    # Whether every request is a line of the log, and not those alone that failed or were slow.
    logs_requests: bool = False
    # Where the master key comes from, when not out of its file under `secrets`.
    master_key: MasterKey = MasterKey()
    # How often gates call while they are few; many call less often (web/services/gates/pacing.py).
    gate_beat_s: int = 5
    # Where what staff look up may be read, when it is close behind; None reads everything in one place.
    replica: ReadReplica | None = None

    @property
    def resolved_database_url(self) -> str:
        """The database to use: the one that was named, else an embedded SQLite file under `home`."""
        return self.database_url or f"sqlite:///{(self.home / 'codeplace.db').absolute()}"

    @property
    def secrets(self) -> Path:
        """The folder of keys, which is never inside the database."""
        return self.home / "secrets"

    @property
    def master_key_file(self) -> Path:
        """The file of the master key; made on first use, unless a variable or a command has the key."""
        return Path(self.master_key.file) if self.master_key.file else self.secrets / "master.key"

    @property
    def is_https(self) -> bool:
        """Whether visitors reach the site over TLS; cookies are then bound to it."""
        return self.base_url.startswith("https://")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings out of DATA_DIR, DATABASE_URL, MASTER_KEY, OIDC_* and others; InputError names a bad one."""
    database_url = _with_driver(environment.get("DATABASE_URL", ""))
    if database_url and not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise InputError(
            "DATABASE_URL",
            "DATABASE_URL must begin with sqlite:/// or postgresql://.",
            "DATABASE_URL 须以 sqlite:/// 或 postgresql:// 开头。",
        )
    return Settings(
        home=Path(environment.get("DATA_DIR") or DEFAULT_HOME),
        database_url=database_url,
        base_url=checked_base_url(environment.get("BASE_URL") or "http://127.0.0.1:8000"),
        operator=environment.get("OPERATOR") or "Code & Place",
        webhooks_inside=environment.get("WEBHOOKS_INSIDE") == "1",
        provider=_provider(environment),
        metrics_token=_metrics_token(environment),
        logs_requests=environment.get("LOG_REQUESTS") == "1",
        master_key=MasterKey(
            environment.get("MASTER_KEY", ""),
            environment.get("MASTER_KEY_FILE", ""),
            environment.get("MASTER_KEY_COMMAND", ""),
        ),
        gate_beat_s=_seconds(environment, "GATE_BEAT_S", 5, *_BEAT_BOUNDS_S),
        replica=_replica(environment, database_url),
    )


def _seconds(environment: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    told = environment.get(name, "") or str(usual)
    if not told.isdecimal() or not least <= int(told) <= most:
        raise InputError(
            name,
            f"{name} is a whole number of seconds from {least} to {most}.",
            f"{name} 应为 {least} 到 {most} 之间的整数秒。",
        )
    return int(told)


def _with_driver(url: str) -> str:
    for spelling in ("postgres://", "postgresql://"):
        if url.startswith(spelling):
            return "postgresql+psycopg://" + url.removeprefix(spelling)
    return url


def _replica(environment: Mapping[str, str], database_url: str) -> ReadReplica | None:
    """The replica of DATABASE_REPLICA_URL, None without one; only a PostgreSQL can have one."""
    url = _with_driver(environment.get("DATABASE_REPLICA_URL", ""))
    if not url:
        return None
    if not database_url.startswith("postgresql+psycopg://"):
        raise InputError(
            "DATABASE_REPLICA_URL",
            "DATABASE_REPLICA_URL needs PostgreSQL: the embedded SQLite has no replica. "
            "Set DATABASE_URL=postgresql://… as well, or take this setting away.",
            "DATABASE_REPLICA_URL 须使用 PostgreSQL，内置 SQLite 没有只读副本。"
            "请同时设置 DATABASE_URL=postgresql://…，或去掉此设置。",
        )
    if not url.startswith("postgresql+psycopg://"):
        raise InputError(
            "DATABASE_REPLICA_URL",
            "DATABASE_REPLICA_URL must begin with postgresql://.",
            "DATABASE_REPLICA_URL 须以 postgresql:// 开头。",
        )
    return ReadReplica(url, _seconds(environment, "DATABASE_REPLICA_LIMIT_S", 30, 1, _REPLICA_MOST_S))


def _metrics_token(environment: Mapping[str, str]) -> str:
    token = environment.get("METRICS_TOKEN", "")
    if token and len(token) < _TOKEN_LEAST:
        raise InputError(
            "METRICS_TOKEN",
            f"METRICS_TOKEN has at least {_TOKEN_LEAST} characters: openssl rand -hex 24 makes one.",
            f"METRICS_TOKEN 至少 {_TOKEN_LEAST} 个字符，可用 openssl rand -hex 24 生成。",
        )
    return token


def _provider(environment: Mapping[str, str]) -> OpenIdProvider | None:
    """The OpenID provider of OIDC_ISSUER, None without one (OpenID Connect Discovery 1.0 §3)."""
    issuer = environment.get("OIDC_ISSUER", "")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise InputError(
            "OIDC_ISSUER", "OIDC_ISSUER must begin with https://.", "OIDC_ISSUER 须以 https:// 开头。"
        )
    client_id = environment.get("OIDC_CLIENT_ID", "")
    secret = environment.get("OIDC_CLIENT_SECRET", "") or _file_named(environment, "OIDC_CLIENT_SECRET_FILE")
    for name, value in (("OIDC_CLIENT_ID", client_id), ("OIDC_CLIENT_SECRET", secret)):
        if not value:
            raise InputError(
                name, f"OIDC_ISSUER needs {name} as well.", f"设置 OIDC_ISSUER 时还须设置 {name}。"
            )
    return OpenIdProvider(
        issuer,
        client_id,
        secret,
        name=environment.get("OIDC_NAME") or parts.hostname or issuer,
        second_factor=frozenset(environment.get("OIDC_SECOND_FACTOR", "").split()),
    )


def _file_named(environment: Mapping[str, str], name: str) -> str:
    if not (path := environment.get(name, "")):
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise InputError(
            name, f"The file {path} that {name} names cannot be read.", f"无法读取 {name} 指定的文件 {path}。"
        ) from None
