"""Providers' notices by mail: the rules that know them, and what has been read."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.retention import WHILE_NEEDED
from requests_app.models.arrival import Arrival
from requests_app.models.belonging import HERE
from requests_app.models.connection import Connection
from requests_app.models.content import Content
from requests_app.models.official import Official, Way
from requests_app.models.retention import REGISTER, WITH_CASE
from requests_app.providers.mail.patterns import BadPattern, compiled


class MailRule(AuditedModel):
    """What a provider's notice looks like, and where its numbers stand in it."""

    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="mail_rules",
    )
    name = models.CharField(_("name"), max_length=100)
    sender = models.CharField(
        _("from"),
        max_length=254,
        help_text=_("An address, or a domain alone, as the mail says who it is from."),
    )
    signed_by = models.CharField(
        _("signed by the domain"),
        max_length=253,
        help_text=_(
            "d= of the provider's DKIM signature. Others are taken for forged."
        ),
    )
    sealed_by = models.CharField(
        _("or forwarded and sealed by the domain"),
        max_length=253,
        blank=True,
        help_text=_(
            "Where our own mail system alters what it forwards: d= of its ARC seal,"
            " whose word for the provider's signature is trusted."
        ),
    )
    subject_pattern = models.CharField(
        _("pattern of the subject"),
        max_length=300,
        help_text=_("A regular expression (RE2). Capitals or not is the same."),
    )
    number_pattern = models.CharField(
        _("pattern of the request number"),
        max_length=300,
        help_text=_(
            "What stands in its brackets, in subject or text, such as (EXSR[0-9]+)."
        ),
    )
    case_pattern = models.CharField(
        _("pattern of the support case"),
        max_length=300,
        blank=True,
    )
    tenant = models.CharField(
        _("text that names our tenant"),
        max_length=200,
        blank=True,
        help_text=_(
            "Stands in every notice for this connection and in no other. Without it all"
            " are taken to be for this connection."
        ),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    history = History()

    class Meta:
        verbose_name = _("mail rule")
        verbose_name_plural = _("mail rules")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="mailrule_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Patterns are patterns."""
        errors = {}
        for name in ("subject_pattern", "number_pattern", "case_pattern"):
            try:
                compiled(getattr(self, name))
            except BadPattern as error:
                errors[name] = str(error)
        if errors:
            raise ValidationError(errors)


class ReceivedMail(models.Model):
    """A mail from a provider, kept as it came, and what it was taken for. Only added.

    Of mails from anybody else nothing is kept: they are counted.
    """

    retention = WITH_CASE
    document = Official(Way.IN, at="arrived_at", title="number")
    belongs = ("rule", "arrival")

    class Verdict(models.TextChoices):
        NOTICE = "notice", _("A notice: a new request")
        KNOWN = "known", _("A notice of a request that is known")
        DOUBTED = "doubted", _("Looks like a notice, and the signature does not hold")
        NOT_TAKEN_IN = "not_taken", _("A notice that could not be taken in")
        OTHER = "other", _("No notice")

    uid_validity = models.BigIntegerField(_("generation of the mailbox"))
    uid = models.BigIntegerField(_("number in the mailbox"))
    # SHA-256 of the mail: it may come again under another number.
    digest = models.CharField(_("digest"), max_length=64)
    mail = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("mail"), related_name="+"
    )
    # Whose signatures held when it was read: "domain", or "domain sealed-by".
    signatures = ArrayField(models.CharField(max_length=510), default=list)
    rule = models.ForeignKey(
        MailRule,
        models.PROTECT,
        verbose_name=_("mail rule"),
        related_name="+",
        null=True,
    )
    number = models.CharField(_("request number"), max_length=200, blank=True)
    support_case = models.CharField(_("support case"), max_length=100, blank=True)
    verdict = models.CharField(_("taken for"), max_length=9, choices=Verdict)
    arrival = models.OneToOneField(
        Arrival,
        models.PROTECT,
        verbose_name=_("arrival"),
        related_name="mail",
        null=True,
    )
    sent_at = models.DateTimeField(_("sent"))
    arrived_at = models.DateTimeField(_("in the mailbox"))
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=~models.Q(verdict="other"),
                name="receivedmail_unique",
            ),
            # By another rule it may turn out to be a notice.
            models.UniqueConstraint(
                fields=["digest"],
                condition=models.Q(verdict="other"),
                name="receivedmail_other_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class MailboxPosition(models.Model):
    """How far the mailbox has been read, by which rules, and how many mails were no
    provider's. Not audited: it is written every minute."""

    retention = WHILE_NEEDED
    belongs = HERE

    name = models.CharField(max_length=300, unique=True)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField(default=0)
    # Of the rules: with others it is read anew.
    rules = models.CharField(max_length=64)
    others = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("position in the mailbox")
        verbose_name_plural = _("positions in the mailbox")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
