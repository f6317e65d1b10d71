"""Municipalities, whose a row is, and secrets that are sealed in a column."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.personal_numbers import check_digit
from requests_app.core.retention import REGISTER

# What a model says of whose its rows are, where its foreign keys do not:
# `belongs`, the names of what leads there (one is enough), or one of these.

# Everybody's: written along with each municipality.
SHARED = "shared"
# Of the installation itself, and of nobody who is served by it.
HERE = "here"
# What lets somebody in here, and nowhere else.
KEYS = "keys"
# Whoever's it is that points at it.
KEPT_BY_CONTENT = "content"

# Municipalities: each a legal person with authorities of its own, and a boundary.


class Municipality(AuditedModel):
    """A municipality, region, joint authority or other legal person with authorities of
    its own. Nobody outside it confirms, stands in, sees, counts or finds."""

    bounded_by = "pk"
    retention = REGISTER

    name = models.CharField(_("name"), max_length=100, unique=True)
    organisation_number = models.CharField(
        _("organisation number"),
        max_length=11,
        unique=True,
    )
    # Of its people's user names, beside other municipalities: whether a name is taken
    # is told of one's own alone.
    name_ending = models.CharField(
        _("how user names end"),
        max_length=100,
        blank=True,
        validators=[RegexValidator(r"\A@[a-z0-9.-]+\Z")],
    )
    # With its data, elsewhere: nobody of it signs in here, and its rows stay.
    left_at = models.DateTimeField(_("left"), null=True, editable=False)
    left_by_decision = models.CharField(
        _("left by the decision"), max_length=200, blank=True, editable=False
    )

    history = History()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_ending"],
                condition=~models.Q(name_ending=""),
                name="municipality_name_ending_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at=None, left_by_decision="")
                | models.Q(left_at__isnull=False) & ~models.Q(left_by_decision=""),
                name="municipality_leaves_by_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The number as the Tax Agency writes it, with its last digit right."""
        number = self.organisation_number
        digits = number.replace("-", "")
        is_written_so = re.fullmatch(r"[0-9]{6}-[0-9]{4}", number)
        if not is_written_so or check_digit(digits[:9]) != int(digits[9]):
            text = _("Write ten digits as 999900-0004; the last one is a check digit.")
            raise ValidationError({"organisation_number": text})


# A column that the database alone does not open.


class SealedField(models.TextField):
    """What `providers.http.secrets.seal` made of a secret. To the database it is text;
    by its class all of them are found when the key is changed."""

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options
