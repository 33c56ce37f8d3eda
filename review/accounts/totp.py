"""Codes of the second factor (RFC 6238): six digits every 30 seconds."""

import hmac
from datetime import datetime

import pyotp

from domain.credentials import Credentials

ISSUER = "证核"
_STEP_SECONDS = 30
_TOLERANCE = 1
"""Steps that the clock of a telephone may be off, either way."""


def new_totp_secret() -> str:
    """Return 160 random bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, username: str) -> str:
    """Return what the QR code for the telephone says."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def find_step(credentials: Credentials, code: str, now: datetime) -> int | None:
    """Return the time step that a code is of; ``None`` when it is wrong or no later than the last taken."""
    if credentials.totp_secret is None:
        return None
    totp = pyotp.TOTP(credentials.totp_secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    for step in range(current - _TOLERANCE, current + _TOLERANCE + 1):
        if step > credentials.totp_last_step and hmac.compare_digest(
            totp.generate_otp(step).encode(), code.encode()
        ):
            return step
    return None
