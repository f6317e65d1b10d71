"""Access while it lasts."""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.content import Content
from requests_app.models.delivery import Delivery
from requests_app.models.official import ASSESSMENT
from requests_app.models.retention import WITH_CASE


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def running(self) -> "AccessGrantQuerySet":
        """Access that is open, or will be."""
        return self.exclude(status=AccessGrant.Status.ENDED)

    def to_be_stopped(self) -> "AccessGrantQuerySet":
        """Revoked, and running: no answer to the provider takes it back, so people ask
        in the support case that it stops."""
        tasks = Delivery.objects.filter(
            access_request=OuterRef("access_request"),
            answer=Delivery.Answer.REVOKE,
            status__in=Delivery.WAITING,
        )
        revoked = self.running().filter(access_request__revoked_at__isnull=False)
        return revoked.filter(~Exists(tasks))

    def with_window(self) -> models.QuerySet[Any]:
        """Annotate each grant with `closed_at`: from then it was no more, ended or
        revoked."""
        ends = Coalesce("ended_at", "ends_at")
        return self.annotate(closed_at=Least(ends, "access_request__revoked_at"))


class AccessGrant(AuditedModel):
    """The window a confirmed Approve opens at the provider."""

    retention = WITH_CASE
    document = ASSESSMENT

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Not yet open")
        OPEN = "open", _("Open")
        ENDED = "ended", _("Ended")

    class EndReason(models.TextChoices):
        TIME = "time", _("The time ran out")
        COMPLETED = "completed", _("The provider is done")
        REVOKED = "revoked", _("Revoked")

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="grants",
    )
    delivery = models.OneToOneField(
        Delivery, models.PROTECT, verbose_name=_("answer"), related_name="grant"
    )
    opens_at = models.DateTimeField(_("opens"))
    ends_at = models.DateTimeField(_("ends"))
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=Status,
        default=Status.SCHEDULED,
        editable=False,
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(
        _("why it ended"), max_length=9, choices=EndReason, blank=True
    )
    end_note = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("note"), related_name="+", null=True
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["ends_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opens_at")),
                name="grant_ends_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(end_reason="")
                | (~Q(status="ended") & Q(ended_at=None, end_reason="")),
                name="grant_end_is_complete",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=~Q(status="ended"),
                name="grant_running",
            ),
            models.Index(fields=["opens_at"]),
            models.Index(fields=["ends_at"]),
        ]

    def __str__(self) -> str:
        return str(self.access_request)
