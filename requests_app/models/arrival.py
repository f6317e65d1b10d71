"""What came from a provider, as it came, and what was done with it by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.connection import Connection
from requests_app.models.content import Content
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE


class Arrival(models.Model):
    """Something that arrived, byte for byte, whether or not we could read it.

    Insert-only, its own history: the row is never changed.
    """

    retention = WITH_CASE
    document = Official(Way.IN, at="arrived_at", title="result")

    class Result(models.TextChoices):
        NEW = "new", _("New request")
        REVISION = "revision", _("New revision")
        CORRECTION = "correction", _("Corrected by us")
        STATUS = "status", _("New status at the provider")
        COMPLETION = "completion", _("Completed by us")
        NOTICE = "notice", _("Notice by mail")
        NOT_TAKEN_IN = "not_taken", _("Could not be taken in")

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="arrivals",
    )
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="arrivals",
        null=True,
    )
    revision = models.PositiveIntegerField(_("revision"), null=True)
    payload = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("payload"), related_name="+"
    )
    # What it was typed from: a picture of the portal, or what stood there.
    source = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("typed from"),
        related_name="+",
        null=True,
    )
    # SHA-256 of what the provider decides over, without its status: tells whether a
    # second arrival changes the application itself.
    terms_digest = models.CharField(max_length=64, blank=True)
    provider_status = models.CharField(
        _("the provider's status"), max_length=100, blank=True
    )
    result = models.CharField(_("result"), max_length=10, choices=Result)
    trouble = models.TextField(_("trouble"), blank=True)
    # Of what was typed by hand: why it was corrected, or how the change was learnt.
    reason = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("reason"),
        related_name="+",
        null=True,
    )
    arrived_at = models.DateTimeField(_("arrived"))
    arrived_by = person_field(_("arrived by"))

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-id"]
        indexes = [
            # What could not be taken in is a small part of all that came.
            models.Index(
                fields=["connection"],
                condition=models.Q(result="not_taken"),
                name="arrival_not_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_unhandled(self) -> bool:
        return not hasattr(self, "handled")


class ArrivalHandled(AuditedModel):
    """A person has dealt with an arrival that could not be read."""

    retention = WITH_CASE

    arrival = models.OneToOneField(
        Arrival, models.PROTECT, verbose_name=_("arrival"), related_name="handled"
    )
    note = models.CharField(_("what was done"), max_length=300)

    history = History()

    class Meta:
        verbose_name = _("handled arrival")
        verbose_name_plural = _("handled arrivals")

    def __str__(self) -> str:
        return f"{self.pk}"
