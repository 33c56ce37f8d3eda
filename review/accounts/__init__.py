"""Use cases of offices, accounts and sign-in.

Without a screen: ``create_administrator`` with a ``PasswordHasher``. ``sweep`` is called once an hour.
"""

from review.accounts.administrators import create_administrator
from review.accounts.options import AccountOptions
from review.accounts.passwords import PasswordHasher
from review.accounts.sweep import sweep

__all__ = ["AccountOptions", "PasswordHasher", "create_administrator", "sweep"]
