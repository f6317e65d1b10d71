"""What a machine shows to be let in: kept as a digest, and ended at once."""

import hashlib

from django.db import models


class BearerToken(models.Model):
    """Only the owner of the tables writes here; the ledger has each."""

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()
