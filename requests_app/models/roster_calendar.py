"""Where a person's own calendar reads their shifts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.bearer import BearerToken
from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER


class RosterCalendar(AuditedModel):
    """The secret address at which a person's own calendar reads their shifts."""

    retention = REGISTER

    person = person_field(_("person"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History(excluded_fields=["digest"])

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at=None),
                name="rostercalendar_one_each",
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @staticmethod
    def digest_of(secret: str) -> str:
        return BearerToken.digest_of(secret)
