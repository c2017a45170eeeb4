"""Who may sign in, with what proof, and what for: grants, sessions, second factors, invitations, tokens."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

accounts = Table(
    "accounts",
    metadata,
    id_column(),
    Column("login", Line(200), nullable=False, unique=True),
    # Empty for somebody who only signs in through an OpenID provider.
    Column("password_hash", Lines, nullable=False),
    # The second factor: its secret, the last time step that was used (once each), and since when it holds.
    Column("totp_sealed", LargeBinary),
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    ms_column("totp_ms", nullable=True),
    # The liaison this account is, when it walks rounds.
    Column("liaison_id", ID, nullable=False, server_default=""),
    ms_column("created_ms"),
    ms_column("disabled_ms", nullable=True),
)

# One role on one node: an area's subtree by its path, or one enterprise; from, and until when.
grants = Table(
    "grants",
    metadata,
    id_column(),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("role", Line(16), nullable=False),
    Column("area_path", Lines, nullable=False, default=""),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), index=True),
    ms_column("from_ms"),
    ms_column("until_ms", nullable=True),
    Column("granted_by", ID, nullable=False, default=""),
    ms_column("created_ms"),
    Column("ended_by", ID, nullable=False, default=""),
    ms_column("ended_ms", nullable=True),
)

# Signed-in browsers. The cookie's secret is kept as a hash only.
sessions = Table(
    "sessions",
    metadata,
    id_column(),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("grant_id", ID, nullable=False, default=""),
    # "password", "oidc"; and whether a second factor was shown in this session.
    Column("way", Line(16), nullable=False),
    Column("second_factor", Integer, nullable=False, default=0),
    # "Firefox on Android": what the browser calls itself, shortened; never an address.
    Column("browser", Line(80), nullable=False, default=""),
    ms_column("began_ms"),
    ms_column("used_ms"),
    ms_column("ended_ms", nullable=True),
)

# Proofs that failed, by what they were for and where they came from: digests, kept for days only.
failed_proofs = Table(
    "failed_proofs",
    metadata,
    Column("lane", LargeBinary(16), primary_key=True),
    # Whose proof it was to be; empty for a name nobody has, and for an address.
    Column("account_id", ID, nullable=False, index=True, default=""),
    Column("failures", Integer, nullable=False, default=0),
    # How many the account's owner was not told of yet, and since when.
    Column("untold", Integer, nullable=False, default=0),
    ms_column("untold_ms"),
    ms_column("last_ms"),
    ms_column("open_ms"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    id_column(),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("code_hash", LargeBinary(32), nullable=False),
    ms_column("created_ms"),
    ms_column("used_ms", nullable=True),
)

# Who an OpenID provider says somebody is.
account_identities = Table(
    "account_identities",
    metadata,
    id_column(),
    Column("issuer", Line(300), nullable=False),
    Column("subject", Line(300), nullable=False),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    ms_column("created_ms"),
    UniqueConstraint("issuer", "subject"),
)

staff_invitations = Table(
    "staff_invitations",
    metadata,
    id_column(),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    # For somebody new, or ("account_id") a way back in for somebody who lost their password or phone.
    Column("account_id", ID, nullable=False, default=""),
    Column("login", Line(200), nullable=False, default=""),
    Column("role", Line(16), nullable=False, default=""),
    Column("area_path", Lines, nullable=False, default=""),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), index=True),
    ms_column("grant_from_ms", nullable=True),
    ms_column("grant_until_ms", nullable=True),
    Column("invited_by", ID, nullable=False),
    ms_column("created_ms"),
    ms_column("until_ms"),
    ms_column("used_ms", nullable=True),
    ms_column("withdrawn_ms", nullable=True),
)

# What programs sign in with: bounded by a grant, by named scopes, and in time.
api_tokens = Table(
    "api_tokens",
    metadata,
    id_column(),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("grant_id", ID, ForeignKey("grants.id"), nullable=False, index=True),
    Column("name", Line(100), nullable=False),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("scopes", Lines, nullable=False),
    ms_column("created_ms"),
    ms_column("expires_ms"),
    ms_column("used_ms", nullable=True),
    ms_column("revoked_ms", nullable=True),
)

# What a call with an idempotency key answered; the key is bound to the body it came with.
idempotent_calls = Table(
    "idempotent_calls",
    metadata,
    Column("token_id", ID, primary_key=True),
    Column("key", Line(100), primary_key=True),
    Column("call_hash", LargeBinary(32), nullable=False),
    # Empty until the first call has been answered.
    Column("status", Integer, nullable=False, default=0),
    Column("answer_sealed", LargeBinary, nullable=False, default=b""),
    ms_column("created_ms"),
)
