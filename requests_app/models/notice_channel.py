"""A channel of colleagues, outside Lockbox, that is told what waits for a role."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.person_field import person_field
from requests_app.models.retention import NOTICES, REGISTER
from requests_app.models.role import Role
from requests_app.models.sealed_field import SealedField


class NoticeChannel(AuditedModel):
    """Where what waits for whoever has the role is told: number, time and link; or the
    gateway that makes text messages of it, to people.

    Whoever knows the address may write in the channel: it is sealed as the secret is.
    """

    retention = REGISTER

    class Kind(models.TextChoices):
        COLLEAGUES = "colleagues", _("A channel of colleagues")
        SMS = "sms", _("A gateway for text messages")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="notice_channels",
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind, default=Kind.COLLEAGUES
    )
    # None where it is no role's: all text messages go by one gateway.
    role = models.CharField(_("role"), max_length=24, choices=Role, blank=True)
    host = models.CharField(_("host of the address"), max_length=253, editable=False)
    address_sealed = SealedField(editable=False)
    secret_sealed = SealedField(editable=False)
    made_by = person_field(_("made by"), editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History(excluded_fields=["address_sealed", "secret_sealed"])

    class Meta:
        verbose_name = _("notice channel")
        verbose_name_plural = _("notice channels")
        ordering = ["authority__name", "role", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "role"],
                condition=Q(ended_at=None),
                name="noticechannel_one_of_a_role",
                violation_error_message=_(
                    "The role has a channel here already: end that one first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="sms", role="") | Q(kind="colleagues") & ~Q(role=""),
                name="noticechannel_of_a_role_or_for_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display() or self.get_kind_display()}: {self.host}"


class ChannelNotice(models.Model):
    """That a channel has been told of something, with this clock: so told once. Only
    added; the ledger has each."""

    retention = NOTICES

    channel = models.ForeignKey(NoticeChannel, models.PROTECT, related_name="+")
    # As in SentNotice.
    item = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice to a channel")
        verbose_name_plural = _("notices to channels")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "item", "kind", "ends_at"],
                name="channelnotice_once_per_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
