"""Passwords: what is a good one, one-time passwords, hashing."""

import secrets
from dataclasses import dataclass
from functools import cached_property
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from review.accounts.errors import WeakPasswordError
from review.accounts.options import AccountOptions

MIN_LENGTH = 10
MAX_LENGTH = 128

_COMMON_TEXT = """
1234567890 0123456789 12345678910 1234567891 9876543210 0987654321 123123123123 1122334455
1231231231 a123456789 123456789a 123456789q q123456789 qq123456789 aa123456789 a1234567890
1234567890a abc1234567 abcd123456 abc123456789 1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456
1q2w3e4r5t asdfghjkl1 zxcvbnm123 password12 password123 password1234 password01 passw0rd123
p@ssw0rd123 p@ssword123 admin12345 admin123456 administrator administrator1 root123456 welcome123
changeme123 letmein1234 woaini1314 woaini520520 5201314520 iloveyou1314 zhenghe123 zhenghe1234
zhicheng123 renshiju123 renshe12345 zhengshu123 shanxi12345 shaanxi123 xian123456 test123456
user123456 demo123456 initial123 chushimima
"""
_COMMON = frozenset(_COMMON_TEXT.split())
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No characters that are taken for one another when a password is read out or copied by hand."""


@dataclass(frozen=True, slots=True)
class OneTimePassword:
    """A password made by the service, shown once and changed at the first sign-in."""

    text: str
    hash: str

    def __repr__(self) -> str:
        """Keep it out of logs."""
        return "OneTimePassword(...)"


def check_password(password: str, *, username: str) -> None:
    """Refuse a password that would be guessed.

    Raises:
        WeakPasswordError: It is too short or too long, holds the user name, or is a common one.
    """
    folded = password.casefold()
    if len(password) < MIN_LENGTH:
        raise WeakPasswordError(f"密码至少要有 {MIN_LENGTH} 个字符")
    if len(password) > MAX_LENGTH:
        raise WeakPasswordError(f"密码最多 {MAX_LENGTH} 个字符")
    if username.casefold() in folded:
        raise WeakPasswordError("密码中不能含有用户名")
    if folded in _COMMON or len(set(folded)) < 4:
        raise WeakPasswordError("这个密码太常见，容易被猜中")


class PasswordHasher:
    """Argon2id, so many at once. Safe to share between threads."""

    def __init__(self, options: AccountOptions) -> None:
        self._argon2 = PasswordHash(
            (
                Argon2Hasher(
                    time_cost=options.argon2_time_cost,
                    memory_cost=options.argon2_memory_kib,
                    parallelism=options.argon2_parallelism,
                ),
            )
        )
        self._turns = BoundedSemaphore(options.hashes_at_once)

    def hash(self, password: str) -> str:
        """Return what is kept of a password. Slow on purpose: never within a transaction that writes."""
        with self._turns:
            return self._argon2.hash(password)

    def verify(self, password: str, password_hash: str | None) -> bool:
        """Tell whether a password is the one of a hash; ``None`` takes as long and is never right."""
        # Made at the first call, whoever it is for: else the first unknown name would take longer.
        nobody = self._nobody
        with self._turns:
            is_right = self._argon2.verify(password, nobody if password_hash is None else password_hash)
        return is_right and password_hash is not None

    def one_time(self) -> OneTimePassword:
        """Make a password of 79 bits, in four groups."""
        groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
        text = "-".join(groups)
        return OneTimePassword(text, self.hash(text))

    @cached_property
    def _nobody(self) -> str:
        return self.hash(secrets.token_hex(16))
