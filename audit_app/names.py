"""Who a number was: lines and versions have the number, and the account the name."""

from typing import Any

from django.db import models


class NameOf(models.Func):
    """What the database calls the person of a number; empty where there is nobody."""

    function = "audit_name_of"
    template = "coalesce(%(function)s(%(expressions)s), '')"
    output_field = models.TextField()


class SignedManager(models.Manager):
    """Rows with the name of who signed them, as `called`, by the number in `signer`:
    looked up by the database for the rows that are read."""

    def __init__(self, signer: str = "", called: str = "") -> None:
        super().__init__()
        self.signer, self.called = signer, called

    def get_queryset(self) -> models.QuerySet[Any]:
        names = {self.called: NameOf(self.signer)}
        return super().get_queryset().annotate(**names)
