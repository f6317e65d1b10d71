"""Passwords and secrets hashed by Argon2, which takes memory that may be wanting."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError
from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    def verify(self, password: str, encoded: str) -> bool:
        """Django's takes every failure for a wrong password. Raises MemoryError."""
        _algorithm, rest = encoded.split("$", 1)
        try:
            return PasswordHasher().verify(f"${rest}", password)
        except VerifyMismatchError:
            return False
        except VerificationError as error:
            raise MemoryError(str(error)) from error
