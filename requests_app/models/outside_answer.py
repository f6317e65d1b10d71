"""An answer that somebody gave the provider past Lockbox."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.content import Content
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE


class OutsideAnswer(AuditedModel):
    """What was answered outside Lockbox, by whom and with what proof. It is a fact that
    is recorded: no decision, and nothing that opens access here."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="recorded_at")

    class Answer(models.TextChoices):
        APPROVE = "approve", _("Approve")
        DENY = "deny", _("Deny")

    class Way(models.TextChoices):
        PORTAL = "portal", _("In the provider's portal")
        SUPPORT = "support", _("In the support case or by e-mail")
        PHONE = "phone", _("By telephone")
        OTHER = "other", _("Another way")

    access_request = models.OneToOneField(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="outside_answer",
    )
    answer = models.CharField(_("answer"), max_length=7, choices=Answer)
    given_at = models.DateTimeField(_("when it was answered"))
    way = models.CharField(_("how"), max_length=7, choices=Way)
    given_by = models.CharField(_("who answered"), max_length=200)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    proof = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("proof"),
        related_name="+",
        null=True,
    )
    account = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it was answered outside Lockbox"),
        related_name="+",
    )
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    history = History()

    class Meta:
        verbose_name = _("answer outside Lockbox")
        verbose_name_plural = _("answers outside Lockbox")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference="") | Q(proof__isnull=False),
                name="outsideanswer_is_proven",
            ),
            models.CheckConstraint(
                condition=Q(given_at__lte=models.F("recorded_at")),
                name="outsideanswer_given_before_recorded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
