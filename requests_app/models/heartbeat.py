"""When the sweep last went round, and when each provider last answered our asking.

Not audited: it is written every minute."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    STOPPED_AFTER = timedelta(minutes=5)

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField(_("at"))
    # How many requests the round could not handle: the next one tries them again.
    failures = models.PositiveIntegerField(_("failures"), default=0)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def stopped(self, now: datetime) -> bool:
        return now - self.at > self.STOPPED_AFTER
