"""When a person is away, and who stands in."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.days import refuse_backward_days
from requests_app.models.retention import REGISTER


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def in_force(self, day: date) -> "AbsenceQuerySet":
        return self.filter(valid_from__lte=day, valid_to__gte=day)


class Absence(AuditedModel):
    """A person's absence; a substitute, if there is one, needs a role of their own."""

    retention = REGISTER

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="absences",
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("substitute"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_(
            "Empty: nobody stands in, and the others with the same role are asked."
        ),
    )
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"))

    history = History()
    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="absence_ends_after_it_starts",
                violation_error_message=_("The absence ends before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("substitute")),
                name="absence_substitute_is_another",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def clean(self) -> None:
        refuse_backward_days(self)
