"""How passwords are hashed, and how the secrets that we make for machines are."""

import hashlib

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError
from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher
from django.utils.crypto import constant_time_compare


class Argon2Hasher(Argon2PasswordHasher):
    """Slow, and takes memory that may be wanting."""

    def verify(self, password: str, encoded: str) -> bool:
        """Django's takes every failure for a wrong password. Raises MemoryError."""
        _algorithm, rest = encoded.split("$", 1)
        try:
            return PasswordHasher().verify(f"${rest}", password)
        except VerifyMismatchError:
            return False
        except VerificationError as error:
            raise MemoryError(str(error)) from error


class MachineSecretHasher(BasePasswordHasher):
    """For secrets of 40 random bytes that we have made: nobody guesses them, so one
    quick hash is enough."""

    algorithm = "machine"

    def encode(self, password: str, salt: str) -> str:
        digest = hashlib.sha256(f"{salt}${password}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def verify(self, password: str, encoded: str) -> bool:
        return constant_time_compare(
            encoded, self.encode(password, encoded.split("$")[1])
        )

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nobody learns by the time it takes what can't be guessed."""
