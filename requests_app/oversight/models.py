"""The models of oversight: breach, deviation, incident duty, provider log,
reconciliation, reconciliation rule and replay."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
    When,
)
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.retention import WHILE_NEEDED
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Proposal
from requests_app.core.catalogue import NAMES
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.people.models import Authority, Role
from requests_app.core.retention import OVERSIGHT, REGISTER, WITH_CASE, Official, Way
from requests_app.core.words.texts import label_of
from requests_app.providers import registry
from requests_app.providers.protocol import Log
from requests_app.registers.models.cloud import (
    Confidence,
    Connection,
    Outcome,
    Reason,
    Use,
)

# A breach of Lockbox itself: an incident that belongs to no case.


class Breach(AuditedModel):
    """What happened to Lockbox, as far as somebody at the authority knows. What is
    learnt later stands in the reports that its duties ask for."""

    retention = WITH_CASE

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="breaches",
        editable=False,
    )
    known_at = models.DateTimeField(_("known since"), editable=False)
    what_happened = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what happened"),
        related_name="+",
        editable=False,
    )
    affected = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what and who is affected"),
        related_name="+",
        editable=False,
    )
    recorded_by = person_field(_("recorded by"), editable=False)
    recorded_at = models.DateTimeField(
        pgettext_lazy("when", "recorded"), editable=False
    )

    history = History()

    class Meta:
        verbose_name = _("breach of Lockbox")
        verbose_name_plural = _("breaches of Lockbox")
        ordering = ["-id"]

    def __str__(self) -> str:
        return gettext("Breach of Lockbox %(number)s") % {"number": self.pk}


# What the provider did outside what was granted (avvikelse), and what came of it.


class Deviation(AuditedModel):
    """Found by the system when an act is reported; owned and concluded by people. Of a
    request of several authorities each has its own."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="concluded_at")

    PROTECTED = ("divergences",)

    class Kind(models.TextChoices):
        OBJECT = "object", _("Another object")
        TIME = "time", _("Another time")
        PERSON = "person", _("Another person or company")
        PLACE = "place", _("Another place")
        ACT = "act", _("Another kind of act")
        LATE_END = "late_end", _("Access ended late")
        NO_GRANT = "no_grant", _("Without a grant")
        BYPASS = "bypass", _("The provider did not ask")
        UNCLEAR = "unclear", _("Can not be told")
        RULE = "rule", _("What a rule marks")
        UNSAID = "unsaid", _("Something was not said")

    class Status(models.TextChoices):
        OPEN = "open", _("Not concluded")
        CONCLUDED = "concluded", _("Concluded")

    class Outcome(models.TextChoices):
        NONE = "none", _("No deviation after all")
        DEVIATION = "deviation", _("A deviation, no incident")
        INCIDENT = "incident", _("An incident")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="deviations",
        editable=False,
    )
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="deviations",
        editable=False,
    )
    # None where nothing was reported, and that is the deviation.
    event = models.ForeignKey(
        AccessEvent,
        models.PROTECT,
        verbose_name=_("access event"),
        related_name="deviations",
        null=True,
        editable=False,
    )
    # Of acts in a log: what they came out as. While it is open, what comes out so in
    # the same case belongs to it.
    outcome_of_acts = models.CharField(
        _("the acts came out as"),
        max_length=8,
        blank=True,
        editable=False,
    )
    # As it was when it was found: kind, what was reported, what was granted.
    divergences = models.JSONField(_("what diverges"), editable=False)
    discovered_at = models.DateTimeField(_("discovered"), editable=False)
    owner = person_field(_("owner"), null=True, editable=False)
    owned_at = models.DateTimeField(_("taken on"), null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    outcome = models.CharField(
        _("conclusion"), max_length=9, choices=Outcome, blank=True, editable=False
    )
    conclusion = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("reasons for the conclusion"),
        related_name="+",
        null=True,
        editable=False,
    )
    concluded_by = person_field(_("concluded by"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "event"],
                condition=Q(event__isnull=False),
                name="deviation_once_for_each_event",
            ),
            models.CheckConstraint(
                condition=Q(owner=None, owned_at=None)
                | Q(owner__isnull=False, owned_at__isnull=False),
                name="deviation_owned_since",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="open",
                    outcome="",
                    conclusion=None,
                    concluded_by=None,
                    concluded_at=None,
                )
                | Q(
                    status="concluded",
                    owner__isnull=False,
                    conclusion__isnull=False,
                    concluded_by__isnull=False,
                    concluded_at__isnull=False,
                )
                & ~Q(outcome=""),
                name="deviation_concluded_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["discovered_at"]),
            models.Index(
                fields=["review"], condition=Q(status="open"), name="deviation_open"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Has nobody concluded it yet?"""
        return self.status == self.Status.OPEN

    def __str__(self) -> str:
        return gettext("Deviation %(number)s") % {"number": self.pk}

    @property
    def kind_names(self) -> list[str]:
        return [row["kind"] for row in self.divergences]

    @property
    def kinds(self) -> list[Any]:
        return [label_of(self.Kind, name) for name in self.kind_names]

    @property
    def kinds_in_words(self) -> str:
        """In a row, as in a sentence."""
        first, *rest = [str(kind) for kind in self.kinds] or [""]
        return ", ".join([first, *(name[:1].lower() + name[1:] for name in rest)])


# What the law asks when something has happened (incidentanmälan).


class IncidentDuty(AuditedModel):
    """To tell somebody of it, by a clock that runs from when it became known; ended as
    done, with when and a reference, or as not needed, with a reason."""

    retention = WITH_CASE
    document = Official(Way.OUT, at="reported_at", with_whom="kind")
    belongs = ("review", "breach", "deviation")

    PROTECTED = ("reference",)

    class Kind(models.TextChoices):
        GDPR_AUTHORITY = "gdpr33", _("Notify IMY (GDPR article 33)")
        GDPR_PERSONS = "gdpr34", _("Tell the data subjects (GDPR article 34)")
        CYBER_WARNING = "cyber5", _("Early warning (Cyber Security Act 2:5)")
        CYBER_REPORT = "cyber6", _("Incident report (Cyber Security Act 2:6)")
        CYBER_FINAL = "cyber8", _("Final report (Cyber Security Act 2:8)")
        CYBER_STATUS = "cyber8st", _("Status report (Cyber Security Act 2:8)")
        SECURITY = (
            "security",
            _("Report to the Security Service (Protective Security Act 2:1)"),
        )

    class Status(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("Not needed")

    # Whose queue it is in; whoever owns the deviation has it too.
    ROLES: dict[str, str] = {
        Kind.GDPR_AUTHORITY: Role.DATA_PROTECTION_OFFICER,
        Kind.GDPR_PERSONS: Role.DATA_PROTECTION_OFFICER,
        Kind.CYBER_WARNING: Role.INFORMATION_SECURITY_MANAGER,
        Kind.CYBER_REPORT: Role.INFORMATION_SECURITY_MANAGER,
        Kind.CYBER_FINAL: Role.INFORMATION_SECURITY_MANAGER,
        Kind.CYBER_STATUS: Role.INFORMATION_SECURITY_MANAGER,
        Kind.SECURITY: Role.SECURITY_PROTECTION_MANAGER,
    }

    # Of a stop, a breach or what is known to be an incident; until then the deviation
    # waits.
    CERTAIN = Q(deviation=None) | Q(deviation__outcome=Deviation.Outcome.INCIDENT)

    # None where it is of Lockbox itself, and of no case.
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="incident_duties",
        null=True,
        editable=False,
    )
    breach = models.ForeignKey(
        Breach,
        models.PROTECT,
        verbose_name=_("breach of Lockbox"),
        related_name="duties",
        null=True,
        editable=False,
    )
    # None where the review was stopped for protective security, and of a breach.
    deviation = models.ForeignKey(
        Deviation,
        models.PROTECT,
        verbose_name=_("deviation"),
        related_name="duties",
        null=True,
        editable=False,
    )
    kind = models.CharField(_("duty"), max_length=8, choices=Kind, editable=False)
    known_at = models.DateTimeField(_("known since"), editable=False)
    due_at = models.DateTimeField(_("to be done by"), editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False
    )
    reported_at = models.DateTimeField(_("reported"), null=True, editable=False)
    reference = models.CharField(
        _("the receiver's reference"), max_length=200, blank=True, editable=False
    )
    report = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what was reported"),
        related_name="+",
        null=True,
        editable=False,
    )
    reason = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it is not needed"),
        related_name="+",
        null=True,
        editable=False,
    )
    settled_by = person_field(_("settled by"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("incident duty")
        verbose_name_plural = _("incident duties")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "deviation", "breach", "kind"],
                condition=~Q(kind="cyber8st"),
                nulls_distinct=False,
                name="incidentduty_once",
            ),
            models.CheckConstraint(
                condition=Q(review__isnull=False, breach=None)
                | Q(review=None, deviation=None, breach__isnull=False),
                name="incidentduty_of_a_case_or_a_breach",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=models.F("known_at")),
                name="incidentduty_due_after_it_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="open",
                    reported_at=None,
                    reason=None,
                    settled_by=None,
                    settled_at=None,
                )
                | Q(
                    status="done",
                    reported_at__isnull=False,
                    report__isnull=False,
                    reason=None,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                )
                & ~Q(reference="")
                | Q(
                    status="not_needed",
                    reported_at=None,
                    reason__isnull=False,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
                name="incidentduty_settled_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"]),
            models.Index(
                fields=["due_at"], condition=Q(status="open"), name="incidentduty_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.incident}"

    @property
    def incident(self) -> SecrecyReview | Breach:
        """What it belongs to: a case, or a breach of Lockbox itself."""
        return self.review or self.breach  # type: ignore[return-value]

    @property
    def authority(self) -> Authority:
        return self.incident.authority

    @property
    def authority_id(self) -> int:
        return self.incident.authority_id

    @property
    def role(self) -> str:
        # Nobody's, where there is no such duty.
        return self.ROLES.get(self.kind, "")

    @property
    def is_certain(self) -> bool:
        """Is it certain that the duty applies? As `CERTAIN` asks it in a query."""
        outcome = self.deviation.outcome if self.deviation else None
        return outcome in (None, Deviation.Outcome.INCIDENT)

    @property
    def has_no_hours(self) -> bool:
        """Is it to be done without undue delay, and by no hour that the law names? Its
        time is then ours, to be reminded by."""
        return self.kind == self.Kind.GDPR_PERSONS

    @property
    def is_late(self) -> Any:
        """Was it reported after its time?"""
        end: datetime | None = self.reported_at
        return end is not None and end > self.due_at


# The logs in which a provider writes what its people did: how far each is read, and
# what of it is not to be had.

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


# What the acts of a provider came out as beside what was granted, each time that it
# was reckoned.


class EventOutcomeQuerySet(models.QuerySet["EventOutcome"]):
    def current(self) -> "EventOutcomeQuerySet":
        """Of each act the last one: what is known may change it."""
        later = EventOutcome.objects.filter(
            event=OuterRef("event"), number__gt=OuterRef("number")
        )
        return self.exclude(Exists(later))


class EventOutcome(models.Model):
    """One reckoning of one act. Insert-only: another outcome is another row."""

    retention = WITH_CASE

    PROTECTED = ("divergences", "unsaid")

    event = models.ForeignKey(
        AccessEvent,
        models.PROTECT,
        verbose_name=_("access event"),
        related_name="outcomes",
    )
    number = models.PositiveIntegerField(_("reckoned as number"), default=1)
    outcome = models.CharField(_("came out as"), max_length=8, choices=Outcome)
    confidence = models.CharField(_("how sure"), max_length=6, choices=Confidence)
    reason = models.CharField(_("by what"), max_length=11, choices=Reason)
    # The first request of the access it was compared with; else the case in which
    # people look at it.
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="event_outcomes",
        null=True,
    )
    divergences = models.JSONField(_("what diverges"), default=list)
    unsaid = models.JSONField(_("what the log does not say"), default=list)
    reckoned_at = models.DateTimeField(_("reckoned"))

    objects = EventOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome of an act")
        verbose_name_plural = _("outcomes of acts")
        ordering = ["event", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"], name="eventoutcome_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_inside(self) -> bool:
        return self.outcome == Outcome.INSIDE


class DeviationEvent(models.Model):
    """An act that a deviation is about: what belongs together is one deviation."""

    retention = WITH_CASE

    deviation = models.ForeignKey(
        Deviation, models.PROTECT, verbose_name=_("deviation"), related_name="acts"
    )
    event = models.ForeignKey(
        AccessEvent,
        models.PROTECT,
        verbose_name=_("access event"),
        related_name="in_deviations",
    )
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("act of a deviation")
        verbose_name_plural = _("acts of deviations")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["deviation", "event"], name="deviationevent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class AccessUse(models.Model):
    """What became of an access, as far as was known. Insert-only: what comes late makes
    another row, and the last one holds."""

    retention = WITH_CASE

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="uses",
    )
    number = models.PositiveIntegerField(_("reckoned as number"), default=1)
    use = models.CharField(_("use"), max_length=7, choices=Use)
    acts = models.PositiveIntegerField(_("acts"))
    outside = models.PositiveIntegerField(_("of these outside"))
    # The logs are read until then.
    known_until = models.DateTimeField(_("known until"), null=True)
    stated_at = models.DateTimeField(_("stated"))

    class Meta:
        verbose_name = _("use of an access")
        verbose_name_plural = _("uses of accesses")
        ordering = ["access_request", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "number"], name="accessuse_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# Which acts a provider's log tells of that people are to look at, or need not: set by
# two persons. What an act was compared with the grant no rule changes.


class ReconciliationRule(AuditedModel):
    """An act that is all that the rule says; what it leaves open is any."""

    retention = REGISTER

    class Effect(models.TextChoices):
        MARK = "mark", _("Somebody looks at it, as a deviation")
        LEAVE = "leave", _("Nobody needs to look at it")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="reconciliation_rules",
    )
    name = models.CharField(_("name"), max_length=100)
    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Of this one alone; else of each that the authority runs."),
    )
    outcome = models.CharField(
        _("came out as"), max_length=8, choices=Outcome, blank=True
    )
    action = models.CharField(
        _("action holds"),
        max_length=200,
        blank=True,
        help_text=_("A part of what the log calls it; capitals or not is the same."),
    )
    country = models.CharField(
        _("from the country"),
        max_length=2,
        blank=True,
        help_text=_("Two letters, such as IE."),
    )
    effect = models.CharField(_("then"), max_length=5, choices=Effect)
    reason = models.CharField(_("why"), max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("rule of reconciliation")
        verbose_name_plural = _("rules of reconciliation")
        ordering = ["authority__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name"], name="reconciliationrule_unique"
            ),
            models.CheckConstraint(
                condition=~Q(effect="leave") | ~Q(outcome="", action="", country=""),
                name="reconciliationrule_leaves_not_everything",
                violation_error_message=_(
                    "Say what need not be looked at: an outcome, an action or a"
                    " country."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A country that there is, and a connection that is its own."""
        errors: dict[str, Any] = {}
        self.country = self.country.strip().upper()
        if self.country and self.country not in NAMES:
            errors["country"] = _("There is no country with these two letters.")
        own = self.connection.authority_id if self.connection else self.authority_id
        if self.authority_id is not None and own != self.authority_id:
            errors["connection"] = _("Another authority runs this connection.")
        if errors:
            raise ValidationError(errors)


# Earlier decisions tried anew under a premise: a reckoning beside the cases.
#
# Not audited: rows are only added, nothing is decided by them, and who ordered a run is
# in the ledger. What they were reckoned from has its own history.


class ReplayRun(models.Model):
    """An order to try decisions anew. Without an authority: those of every one."""

    retention = OVERSIGHT
    belongs = ("authority",)

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="+",
        null=True,
    )
    # As law.premise writes it; empty: today's law.
    premise = models.CharField(_("premise"), max_length=500, blank=True)
    since = models.DateField(_("decisions since"), null=True)
    ordered_by = person_field(_("ordered by"))
    ordered_at = models.DateTimeField(_("ordered"))

    class Meta:
        verbose_name = _("replay of decisions")
        verbose_name_plural = _("replays of decisions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.premise or gettext("Today's law")


class ReplayBatch(models.Model):
    """How far a run has come: one row for each piece that is done."""

    retention = OVERSIGHT

    run = models.ForeignKey(ReplayRun, models.PROTECT, related_name="batches")
    # The number of the last proposal that was tried.
    up_to = models.BigIntegerField()
    cases = models.PositiveIntegerField()
    is_last = models.BooleanField()
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("batch of a replay")
        verbose_name_plural = _("batches of replays")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "up_to"], name="replay_batch_once"),
            models.UniqueConstraint(
                fields=["run"], condition=models.Q(is_last=True), name="replay_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class ReplayedCase(models.Model):
    """A decision or open proposal that would come out differently."""

    retention = OVERSIGHT

    class Result(models.TextChoices):
        NOT_GRANTED = "not_granted", _("Could not be granted")
        NOT_ASSESSED = "not_assessed", _("Not answered: would have to be assessed")
        OTHER_TERMS = "other_terms", _("Could be granted, on other terms")
        GRANTABLE = "grantable", _("Was refused, and could be granted")

    run = models.ForeignKey(ReplayRun, models.PROTECT, related_name="cases")
    review = models.ForeignKey(SecrecyReview, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="+")
    result = models.CharField(_("would come out"), max_length=12, choices=Result)
    reasons = ArrayField(models.TextField(), verbose_name=_("why"))
    # What it opened, where that ran when the run came by.
    access_grant = models.ForeignKey(
        AccessGrant, models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("case tried anew")
        verbose_name_plural = _("cases tried anew")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "proposal"], name="replay_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
