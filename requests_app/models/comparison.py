"""What a provider that calls us knows after a restore, and we do not."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.connection import Connection
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE


class Comparison(AuditedModel):
    """Begun by the sweep when an older backup has been restored, and ended by a person.
    Meanwhile nothing is acknowledged on the connection, so that no access opens twice.
    """

    retention = WITH_CASE

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="comparisons",
        editable=False,
    )
    # When the backup was made: what came later is lost.
    lost_from = models.DateTimeField(_("lost from"), editable=False)
    began_at = models.DateTimeField(_("restored"), editable=False)
    # In the provider's words: number, status, and when access was acknowledged.
    told = models.JSONField(_("told by the provider"), default=list, editable=False)
    told_at = models.DateTimeField(_("told"), null=True, editable=False)
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)
    concluded_by = person_field(_("concluded by"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("comparison after a restore")
        verbose_name_plural = _("comparisons after restores")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(concluded_at=None),
                name="comparison_open_once",
            ),
            models.CheckConstraint(
                condition=Q(concluded_at=None, concluded_by=None, conclusion="")
                | Q(concluded_at__isnull=False, concluded_by__isnull=False)
                & ~Q(conclusion=""),
                name="comparison_concluded_whole",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Comparison %(number)s") % {"number": self.pk}
