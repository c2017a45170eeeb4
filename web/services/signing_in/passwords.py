"""Passwords: which are good enough, how they are kept, and comparing one in the same time for everybody."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import InputError
from web.settings import PasswordCost

PASSWORD_LEAST, PASSWORD_MOST = 12, 200
# zxcvbn's scale from 0 to 4: from 3 on, more than 10^8 guesses by somebody who knows how people choose.
_SCORE_LEAST = 3
# What zxcvbn looks at: its time grows with the square, and 72 characters that are good stay good.
_LOOKED_AT = 72
# Words that somebody who guesses here tries first; zxcvbn itself knows English and keyboards.
_OURS = (
    *("code", "place", "codeplace", "venue", "visitor", "kiosk", "admin", "changsuo", "fangke", "guanliyuan"),
    *("woaini", "5201314", "1314520", "520", "1314", "888888", "666666", "mima", "zhongguo"),
)


def hashed(password: str, cost: PasswordCost) -> str:
    """The password as it is kept: argon2id with its own salt and the parameters in front."""
    return _hasher(cost).hash(password)


def is_right(kept: str | None, password: str, cost: PasswordCost) -> bool:
    """Whether a password is the one that is kept; None or empty (nobody, or no password) takes as long."""
    fits = len(password) <= PASSWORD_MOST
    try:
        _hasher(cost).verify(kept or _nobody(cost), password if fits else "")
    except (VerificationError, InvalidHashError):
        return False
    return fits and bool(kept)


def is_outdated(kept: str, cost: PasswordCost) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher(cost).check_needs_rehash(kept)


def acceptable(password: str, field: str, *known: str) -> str:
    """The password; InputError when it is too short, or easy to guess for somebody who has `known`."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise InputError(
            field,
            f"A password has {PASSWORD_LEAST} to {PASSWORD_MOST} characters. A sentence works well.",
            f"密码须为 {PASSWORD_LEAST} 至 {PASSWORD_MOST} 个字符，可以用一句话。",
        )
    from zxcvbn import zxcvbn  # its lists of words are loaded where somebody chooses a password

    said = [part for word in known for part in (word, *word.replace("@", ".").split(".")) if part]
    if zxcvbn(password[:_LOOKED_AT], user_inputs=[*_OURS, *said])["score"] < _SCORE_LEAST:
        raise InputError(
            field,
            "This password is easy to guess. Take several words that do not belong together.",
            "此密码容易被猜到，请用几个互不相关的词组成密码。",
        )
    return password


def random_password() -> str:
    """A password nobody chose: 99 bits, in groups that can be read aloud."""
    symbols = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(20))
    return "-".join(symbols[at : at + 5] for at in range(0, 20, 5))


@cache
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(cost.rounds, cost.memory_kib, cost.lanes)


@cache
def _nobody(cost: PasswordCost) -> str:
    """Compared when there is no such account, so that the answer takes the same time."""
    return _hasher(cost).hash(secrets.token_urlsafe(16))
