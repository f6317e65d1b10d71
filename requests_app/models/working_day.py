"""The calendar that the database looks working days up in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.belonging import HERE
from requests_app.models.retention import REGISTER


class WorkingDay(models.Model):
    """A working day's office hours. A release writes the rows from
    `catalogue.working_days`; nobody else can."""

    retention = REGISTER
    belongs = HERE

    day = models.DateField(_("working day"), primary_key=True)
    opens_at = models.DateTimeField(unique=True)
    closes_at = models.DateTimeField()
    # Noon: what began in the night before waits no longer for a second person.
    night_ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("working day")
        verbose_name_plural = _("working days")
        ordering = ["day"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)
