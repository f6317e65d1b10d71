"""How a person is reached on the phone: browsers that take notices, and a number."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.retention import ADDRESSES
from requests_app.models.sealed_field import SealedField


class PushDevice(AuditedModel):
    """A browser of a person's that takes notices (Web Push). Whoever knows the address
    and the secret can have it show something: both are sealed."""

    retention = ADDRESSES

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="push_devices",
    )
    name = models.CharField(_("what you call it"), max_length=60)
    host = models.CharField(_("host of the address"), max_length=253, editable=False)
    address_sealed = SealedField(editable=False)
    keys_sealed = SealedField(editable=False)
    # The same browser once, without its address being readable.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    end_reason = models.CharField(
        _("why it ended"), max_length=60, blank=True, editable=False
    )

    history = History(excluded_fields=["address_sealed", "keys_sealed"])

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


class PhoneNumber(AuditedModel):
    """A person's number for text messages, told by themselves and shown to nobody
    else."""

    retention = ADDRESSES

    PROTECTED = ("number",)

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="phone_number",
    )
    number = models.CharField(
        _("number for text messages"),
        max_length=16,
        blank=True,
        validators=[
            RegexValidator(
                r"^\+[1-9]\d{6,14}$",
                _("Write it with the country first, such as +46701234567."),
            )
        ],
    )

    history = History()

    class Meta:
        verbose_name = _("number for text messages")
        verbose_name_plural = _("numbers for text messages")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
