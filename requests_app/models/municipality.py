"""Municipalities: each a legal person with authorities of its own, and a boundary."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.personal_numbers import check_digit
from requests_app.models.retention import REGISTER


class Municipality(AuditedModel):
    """A municipality, region, joint authority or other legal person with authorities of
    its own. Nobody outside it confirms, stands in, sees, counts or finds."""

    retention = REGISTER

    name = models.CharField(_("name"), max_length=100, unique=True)
    organisation_number = models.CharField(
        _("organisation number"),
        max_length=11,
        unique=True,
    )

    history = History()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The number as the Tax Agency writes it, with its last digit right."""
        number = self.organisation_number
        digits = number.replace("-", "")
        is_written_so = re.fullmatch(r"\d{6}-\d{4}", number)
        if not is_written_so or check_digit(digits[:9]) != int(digits[9]):
            text = _("Write ten digits as 999900-0004; the last one is a check digit.")
            raise ValidationError({"organisation_number": text})
