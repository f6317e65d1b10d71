"""Argon2 as the product has it, but at a cost for tests."""

from lockbox_site.sign_in import Argon2Hasher


class CheapArgon2PasswordHasher(Argon2Hasher):
    time_cost = 1
    memory_cost = 8
    parallelism = 1
