"""The second factor: codes of an authenticator app (TOTP, RFC 6238), each of which works once."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Sequence

import pyotp

from domain.access import SECOND_FACTOR
from domain.errors import InputError
from printables.drawing import Camera, Drawing, SymbolAt, Use
from printables.fonts import default_face
from printables.svg import svg
from printables.symbol import qr
from web.db.connecting.connection import Connection
from web.services.accounts import Account
from web.services.installation import Installation
from web.services.signing_in import recovery
from web.store.access import accounts, second_factors

STEP_S = 30
_DIGITS = 6
# A clock may be a step off, and somebody may type slowly (RFC 6238 §5.2).
_WINDOW = (-1, 0, 1)


def new_secret() -> str:
    """A secret of 160 bits in base32; it counts for nothing until `confirm`."""
    return pyotp.random_base32()


def picture(inst: Installation, account: Account, secret: str) -> str:
    """The QR code, as SVG, by which an authenticator app takes the secret."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=inst.settings.operator)
    # Shown on a screen, read by the phone in somebody's hand.
    symbol = SymbolAt(qr(uri, "M"), 0, 0, 1.5, Use(Camera.PHONE, 300, "M"))
    return svg(Drawing(symbol.side, symbol.side, "TOTP", "en", default_face(), (symbol,)))


def confirm(inst: Installation, account: Account, secret: str, typed: str) -> Sequence[str]:
    """Make the secret the account's second factor; the recovery codes, to be shown once.

    InputError when `typed` is no code of it. What the account had before counts no more.
    """
    step = _step_of(secret, _digits(typed), inst.now_ms())
    if step is None:
        raise InputError(
            "code",
            "This is not the code of this moment. Check that the phone's clock is right, "
            "then type the next code.",
            "验证码不正确。请确认手机时间准确，然后输入下一个验证码。",
        )
    sealed = inst.cipher.sealed(secret.encode(), second_factors.place(account.id))
    now = inst.now_ms()

    def work(connection: Connection) -> Sequence[str]:
        second_factors.put(connection, account.id, sealed, step, now)
        return recovery.renewed(connection, account.id, now)

    return inst.write(work)


def is_right(inst: Installation, account_id: str, typed: str) -> bool:
    """Whether this is a code of the account's app, or a recovery code; it is used up by this."""
    digits = _digits(typed)
    if len(digits) != _DIGITS or not digits.isdecimal():
        return recovery.used(inst, account_id, typed)
    row = inst.ask(lambda connection: accounts.by_id(connection, account_id))
    if row is None or row.totp_sealed is None:
        return False
    secret = inst.cipher.opened(row.totp_sealed, second_factors.place(account_id)).decode()
    step = _step_of(secret, digits, inst.now_ms())
    if step is None:
        return False
    return inst.write(lambda connection: second_factors.step_taken(connection, account_id, step))


def is_wanted(inst: Installation, account: Account) -> bool:
    """Whether the password alone is not enough: the role asks for more, or the account has more."""
    return account.role in SECOND_FACTOR or since_ms(inst, account.id) is not None


def since_ms(inst: Installation, account_id: str) -> int | None:
    """Since when an account has a second factor; None when it has none."""
    row = inst.ask(lambda connection: accounts.by_id(connection, account_id))
    return None if row is None else row.totp_ms


def must_stay(inst: Installation, account_id: str) -> bool:
    """Whether a role that the account holds asks for a second factor."""
    now = inst.now_ms()
    held = inst.ask(lambda connection: accounts.grants_in_force(connection, account_id, now))
    return any(grant.role in SECOND_FACTOR for grant in held)


def remove(inst: Installation, account_id: str) -> None:
    """Forget the second factor and its recovery codes."""
    inst.write(lambda connection: second_factors.removed(connection, account_id))


def new_recovery_codes(inst: Installation, account_id: str) -> Sequence[str]:
    """Ten new recovery codes, to be shown once; the ones before work no more."""
    now = inst.now_ms()
    return inst.write(lambda connection: recovery.renewed(connection, account_id, now))


def _step_of(secret: str, digits: str, now_ms: int) -> int | None:
    """The time step that a code belongs to, among those that count now."""
    now, made = now_ms // (STEP_S * 1000), pyotp.HOTP(secret)
    steps = [now + off for off in _WINDOW]
    right = [step for step in steps if hmac.compare_digest(made.at(step), digits)]
    # The latest: two steps with the same code are then both used up.
    return right[-1] if right else None


def _digits(typed: str) -> str:
    normal = unicodedata.normalize("NFKC", typed)
    spared = "".join(character for character in normal if not character.isspace())
    return spared if spared.isascii() else ""
