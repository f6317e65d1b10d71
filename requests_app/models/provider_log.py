"""The logs in which a provider writes what its people did: how far each is read, and
what of it is not to be had."""

from typing import Any

from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.retention import WHILE_NEEDED
from requests_app.models.connection import Connection
from requests_app.models.content import Content
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER
from requests_app.providers import registry
from requests_app.providers.log import Log

# Read from a file that a person brings, whatever the provider.
FILE = "file"


class ProviderLogQuerySet(models.QuerySet["ProviderLog"]):
    def by_machine(self) -> "ProviderLogQuerySet":
        """Those that the background reads."""
        connections = Connection.objects.with_logs()
        return self.filter(is_read=True, connection__in=connections).exclude(name=FILE)

    def with_known_until(self) -> models.QuerySet[Any]:
        """Annotate each with `known_until`: all that happened before has come to us,
        but for the gaps. None of what is switched off or not read yet, and of a file,
        which is no whole log."""
        delays = [
            When(
                is_read=True,
                connection__product__channel=channel,
                name=log.name,
                then=Value(log.longest_delay),
            )
            for channel, provider in registry.PROVIDERS.items()
            for log in provider.abilities.logs
        ]
        delay = Case(*delays, default=None, output_field=models.DurationField())
        until = F("position__read_until") - delay
        moment: Any = models.DateTimeField()
        return self.annotate(known_until=ExpressionWrapper(until, moment))


class ProviderLog(AuditedModel):
    """One log of one connection, made when the connection is first read."""

    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="logs",
        editable=False,
    )
    name = models.CharField(_("log"), max_length=50, editable=False)
    is_read = models.BooleanField(
        _("is read"),
        default=True,
        help_text=_("Without it nobody knows what the provider does there."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = ProviderLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("log of a provider")
        verbose_name_plural = _("logs of providers")
        ordering = ["connection", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="providerlog_unique"
            )
        ]

    def __str__(self) -> str:
        log = self.log
        return f"{self.connection}, {log.label}" if log else str(self.connection)

    @property
    def log(self) -> Log | None:
        """None of a file, and where the interface has it no more."""
        logs = self.connection.product.abilities.logs
        return next((row for row in logs if row.name == self.name), None)


class LogPosition(models.Model):
    """How far a log is read, and what hinders. Not audited: it is written at each
    reading."""

    retention = WHILE_NEEDED

    log = models.OneToOneField(
        ProviderLog, models.CASCADE, verbose_name=_("log"), related_name="position"
    )
    cursor = models.TextField(blank=True)
    # All that had come to the log by then is read.
    read_until = models.DateTimeField(_("read until"), null=True)
    answered_at = models.DateTimeField(_("last answered"), null=True)
    # One reads at a time; whoever dies while reading hinders nobody after this.
    leased_until = models.DateTimeField(null=True)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(_("read again"), null=True)

    class Meta:
        verbose_name = _("position in a log")
        verbose_name_plural = _("positions in logs")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


class LogGap(AuditedModel):
    """A time of which the log tells us nothing: never to be taken for quiet."""

    retention = REGISTER

    log = models.ForeignKey(
        ProviderLog, models.PROTECT, verbose_name=_("log"), related_name="gaps"
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    why = models.CharField(_("why"), max_length=300)
    noticed_at = models.DateTimeField(_("noticed"))
    explained_by = person_field(_("explained by"), null=True)
    explained_at = models.DateTimeField(_("explained"), null=True)
    explanation = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what is known of that time"),
        related_name="+",
        null=True,
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("gap of a log")
        verbose_name_plural = _("gaps of logs")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="loggap_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["log", "since", "until"], name="loggap_once"
            ),
            models.CheckConstraint(
                condition=Q(explained_by=None, explained_at=None, explanation=None)
                | Q(
                    explained_by__isnull=False,
                    explained_at__isnull=False,
                    explanation__isnull=False,
                ),
                name="loggap_explained_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log}"

    @property
    def is_open(self) -> Any:
        return self.explained_at is None
