"""The answer to the provider: a task until somebody has seen it arrive."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.content import Content
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> "DeliveryQuerySet":
        """Answers that are still to be given."""
        return self.filter(status__in=Delivery.WAITING)


class Delivery(AuditedModel):
    """One answer to be given to the provider. It says what committed decisions say."""

    retention = WITH_CASE
    document = Official(Way.OUT, at="given_at")

    class Answer(models.TextChoices):
        APPROVE = "approve", _("Approve")
        DENY = "deny", _("Deny")
        REVOKE = "revoke", _("Revoke")

    class Status(models.TextChoices):
        OPEN = "open", _("To be given")
        BLOCKED = "blocked", _("Blocked: the request has changed")
        CONFIRMED = "confirmed", _("Given")
        CANCELLED = "cancelled", _("Cancelled")
        LAPSED = "lapsed", _("Too late")

    class Signature(models.TextChoices):
        """What became of a signature over the approval; blank where there is none."""

        VERIFIED = "verified", _("Verified")
        DOUBTFUL = "doubtful", _("Could not be verified")

    WAITING = (Status.OPEN, Status.BLOCKED)

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="deliveries",
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer)
    revision = models.PositiveIntegerField(_("revision of the request"))
    # The text the executor pastes; what the recipient may read, nothing else.
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("text"), related_name="+", null=True
    )
    minutes = models.PositiveIntegerField(_("access (minutes)"), null=True)
    created_at = models.DateTimeField(_("created"))
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    confirmed_by = person_field(_("given by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    given_at = models.DateTimeField(_("given"), null=True)
    # At a provider that releases apart: from here on only the release is left.
    accepted_at = models.DateTimeField(
        _("accepted, not yet released"), null=True, editable=False
    )
    signature = models.CharField(
        _("the provider's signature"),
        max_length=9,
        choices=Signature,
        blank=True,
        editable=False,
    )
    proof = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("proof"), related_name="+", null=True
    )
    provider_reference = models.CharField(
        _("the provider's reference"), max_length=200, blank=True
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to the provider")
        verbose_name_plural = _("answers to the provider")
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request"],
                condition=Q(status__in=["open", "blocked"]),
                name="delivery_one_open_per_request",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    given_at__isnull=False,
                ),
                name="delivery_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.access_request)
