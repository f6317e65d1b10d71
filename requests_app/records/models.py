"""The models of kept records: archive delivery, disposal, disposal date, disposal rule,
disposed case and retention rule."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.people.models import Authority
from requests_app.core.retention import (
    FOR_EVER,
    OVERSIGHT,
    PERIODS,
    REGISTER,
    WITH_CASE,
)

# What an authority has delivered to its archive, and the receipt for it.


class ArchiveDelivery(AuditedModel):
    """A package of closed cases (E-ARK SIP), by its digest. The files are not kept
    here: whoever takes them out carries them to the archive."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="archive_deliveries",
    )
    # One of the two: cases of a year, or the case with this number.
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    diary_number = models.CharField(_("diary number"), max_length=40, blank=True)
    # Keys of the reviews in it.
    cases = ArrayField(models.BigIntegerField(), verbose_name=_("cases"))
    number = models.CharField(_("number of the package"), max_length=41, unique=True)
    # SHA-256 of METS.xml, which has the digests of all other files.
    digest = models.CharField(_("SHA-256 of METS.xml"), max_length=64)
    files = models.PositiveIntegerField(_("files"))
    size = models.PositiveBigIntegerField(_("size in bytes"))
    made_by = person_field(_("taken out by"))
    made_at = models.DateTimeField(_("taken out"))
    received_by = models.CharField(_("received by"), max_length=200, blank=True)
    receipt = models.CharField(_("number of the receipt"), max_length=100, blank=True)
    received_at = models.DateTimeField(_("received"), null=True)

    history = History()

    class Meta:
        verbose_name = _("delivery to the archive")
        verbose_name_plural = _("deliveries to the archive")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year=None) & ~Q(diary_number="")
                | Q(year__isnull=False, diary_number=""),
                name="archivedelivery_of_year_or_case",
            ),
            models.CheckConstraint(
                condition=Q(received_by="", receipt="", received_at=None)
                | ~Q(received_by="") & Q(received_at__isnull=False),
                name="archivedelivery_receipt_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.diary_number or f"{self.authority.code} {self.year}"

    @property
    def is_received(self) -> bool:
        return self.received_at is not None


# How long an authority keeps its cases: set by two persons, on a board's decision.

LEAST, MOST = 1, 150


class DisposalRule(AuditedModel):
    """How many years cases of a matter are kept, from a day on. The newest that holds
    counts; where an authority has none, its cases are retained."""

    retention = REGISTER

    class Event(models.TextChoices):
        CLOSED = "closed", _("the case was closed")
        FINAL = "final", _("the decision became final")
        ACCESS_ENDED = "access", _("access ended")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disposal_rules",
    )
    matter = models.CharField(
        _("what was asked for"), max_length=9, choices=SecrecyReview.Matter
    )
    process_code = models.CharField(
        _("classification (KLASSA)"),
        max_length=20,
        blank=True,
        help_text=_("The process in your plan of classification, such as 2.3.1."),
    )
    disposal_decision = models.CharField(
        _("decision on disposal"),
        max_length=100,
        help_text=_("Its number, and the section, such as KSN 2026-0117 § 5."),
    )
    years = models.PositiveSmallIntegerField(
        _("years"),
        null=True,
        blank=True,
        validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)],
        help_text=_(
            "Whole calendar years after that in which it happened. Empty: the cases are"
            " retained."
        ),
    )
    counts_from = models.CharField(
        _("counts from when"), max_length=6, choices=Event, default=Event.CLOSED
    )
    valid_from = models.DateField(_("holds from"))
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("rule of disposal")
        verbose_name_plural = _("rules of disposal")
        ordering = ["authority__name", "matter", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "matter", "valid_from"],
                name="disposalrule_one_a_day",
                violation_error_message=_("There is a rule from that day already."),
            ),
            models.CheckConstraint(
                condition=Q(years=None) | Q(years__gte=LEAST, years__lte=MOST),
                name="disposalrule_years_within_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_matter_display()}: {self.length}"

    @property
    def length(self) -> str:
        if self.years is None:
            return gettext("retained")
        words = ngettext(
            "%(n)s year after %(event)s", "%(n)s years after %(event)s", self.years
        )
        return words % {"n": self.years, "event": self.get_counts_from_display()}


# Lists of cases to dispose of, and what is answered of each (gallring).


class Obstacle(models.TextChoices):
    """Why a case is not destroyed: guards/case_disposals.sql says the same."""

    RETAIN = "retain", _("Somebody has answered that it is retained.")
    NO_ANSWER = "no_answer", _("Nobody has answered yet.")
    NO_RECEIPT = "no_receipt", _("The archive has not receipted it.")
    NOT_DUE = "not_due", _("Its day has not come.")
    OPEN = "open", _("The case is not closed.")
    REQUEST = "request", _("The request goes on, with others.")
    APPEALABLE = "appealable", _("The decision can be appealed still.")
    APPEAL = "appeal", _("An appeal is not settled.")
    REASONS = "reasons", _("Reasons are asked for and not given.")
    DEVIATION = "deviation", _("A deviation is not concluded.")
    DOCUMENTS = "documents", _("Somebody waits for official documents.")
    DATA_SUBJECT = "data_subject", _("A data subject waits for an answer.")
    AUDIT = "audit", _("An audit examines it, and has not ended.")
    LISTED = "listed", _("It is on a named list.")
    REFERRED = "referred", _("Another case refers to it.")


class Disposal(AuditedModel):
    """A list of cases to dispose of: drawn up, answered case by case, proposed by one
    person and confirmed by another; then carried out by a login of its own."""

    retention = FOR_EVER

    class Status(models.TextChoices):
        DRAWN_UP = "drawn_up", pgettext_lazy("of a disposal", "Drawn up")
        PROPOSED = "proposed", pgettext_lazy("of a disposal", "Proposed")
        CONFIRMED = "confirmed", pgettext_lazy("of a disposal", "To be carried out")
        ENDED = "ended", pgettext_lazy("of a disposal", "Carried out")
        WITHDRAWN = "withdrawn", pgettext_lazy("of a disposal", "Withdrawn")

    OPEN = (Status.DRAWN_UP, Status.PROPOSED, Status.CONFIRMED)

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disposals",
        editable=False,
    )
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=Status,
        default=Status.DRAWN_UP,
        editable=False,
    )
    drawn_by = person_field(_("drawn up by"), editable=False)
    drawn_at = models.DateTimeField(_("drawn up"), editable=False)
    proposed_by = person_field(_("proposed by"), null=True, editable=False)
    proposed_at = models.DateTimeField(_("proposed"), null=True, editable=False)
    confirmed_by = person_field(_("confirmed by"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    protocol = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("protocol"),
        related_name="+",
        null=True,
        editable=False,
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("list to dispose of")
        verbose_name_plural = _("lists to dispose of")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")),
                name="disposal_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("drawn_up", "withdrawn"))
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="disposal_proposed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("confirmed", "ended"))
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="disposal_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", protocol__isnull=False)
                | ~Q(status="ended") & Q(protocol=None),
                name="disposal_ended_with_protocol",
            ),
        ]

    def __str__(self) -> str:
        return gettext("List %(number)s") % {"number": self.pk}


class DisposalItem(AuditedModel):
    """A case on a list, as it stood when the list was drawn up. It outlives the case:
    so it has its key, and refers to nothing."""

    retention = FOR_EVER

    disposal = models.ForeignKey(
        Disposal,
        models.PROTECT,
        verbose_name=_("list"),
        related_name="items",
        editable=False,
    )
    case_key = models.BigIntegerField(_("case"), editable=False)
    diary_number = models.CharField(_("diary number"), max_length=40, editable=False)
    closed_on = models.DateField(_("closed"), editable=False)
    rule = models.ForeignKey(
        DisposalRule,
        models.PROTECT,
        verbose_name=_("rule of disposal"),
        related_name="+",
        editable=False,
    )
    due_on = models.DateField(_("to be disposed of from"), editable=False)
    # The archive's receipt of what was transferred.
    receipt = models.CharField(_("receipt"), max_length=100, blank=True)
    # Why it was not disposed of when the list was carried out.
    kept_because = models.CharField(
        _("why it stays"),
        max_length=16,
        choices=Obstacle,
        blank=True,
        editable=False,
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("case of a list to dispose of")
        verbose_name_plural = _("cases of lists to dispose of")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["disposal", "case_key"], name="disposalitem_once"
            )
        ]
        indexes = [models.Index(fields=["case_key"], name="disposalitem_of_case")]

    def __str__(self) -> str:
        return self.diary_number or f"# {self.case_key}"


class DisposalAnswer(AuditedModel):
    """What somebody answers of a case on a list. Who answers that it is to be retained
    wins over all others."""

    retention = FOR_EVER

    class Answer(models.TextChoices):
        DESTROY = "destroy", _("Destroy")
        RETAIN = "retain", _("Retain until another day")
        TRANSFER = "transfer", _("Transfer to the archive")

    item = models.ForeignKey(
        DisposalItem,
        models.PROTECT,
        verbose_name=_("case of a list to dispose of"),
        related_name="answers",
        editable=False,
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, editable=False)
    until = models.DateField(_("retain until"), null=True, editable=False)
    reason = models.CharField(
        pgettext_lazy("of retaining", "why"), max_length=300, blank=True, editable=False
    )
    answered_by = person_field(_("answered by"), editable=False)
    answered_at = models.DateTimeField(_("answered"), editable=False)

    history = History()

    class Meta:
        verbose_name = _("answer on disposal")
        verbose_name_plural = _("answers on disposal")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="retain", until__isnull=False) & ~Q(reason="")
                | ~Q(answer="retain") & Q(until=None, reason=""),
                name="disposalanswer_retains_until_and_why",
            )
        ]

    def __str__(self) -> str:
        return self.get_answer_display()


# When a case may be disposed of, as the database reckons it.


class DisposalDate(models.Model):
    """When a case that is over may be disposed of, and by which rule. Reckoned by the
    database when it closes and when rules change: none slips without."""

    retention = WITH_CASE

    review = models.OneToOneField(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="disposal_date",
    )
    # None: nobody has decided, and so the case is retained.
    rule = models.ForeignKey(
        DisposalRule,
        models.PROTECT,
        verbose_name=_("rule of disposal"),
        related_name="+",
        null=True,
    )
    # None: retained, or what it counts from has not happened.
    due_on = models.DateField(_("to be disposed of from"), null=True)
    was_due_on = models.DateField(_("day before it was reckoned anew"), null=True)
    reckoned_at = models.DateTimeField(_("reckoned"))

    class Meta:
        verbose_name = _("date of disposal")
        verbose_name_plural = _("dates of disposal")
        ordering = ["due_on", "id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["due_on", "id"], name="disposaldate_due")]

    def __str__(self) -> str:
        return str(self.review)

    @property
    def state(self) -> str:
        if self.rule is None:
            return gettext("Retained: nobody has decided on a rule")
        if self.due_on is None and self.rule.years is None:
            return gettext("Retained, by the rule")
        if self.due_on is None:
            return gettext("Waits until %(event)s") % {
                "event": self.rule.get_counts_from_display()
            }
        return gettext("To be disposed of")


# That a case was disposed of: all that is left of it.


class DisposedCase(models.Model):
    """That a case was disposed of: all that is left of it. Written by the database when
    it goes, and never changed."""

    retention = FOR_EVER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disposed_cases",
    )
    item = models.OneToOneField(
        DisposalItem,
        models.PROTECT,
        verbose_name=_("case of a list to dispose of"),
        related_name="disposed_case",
    )
    case_key = models.BigIntegerField(_("case"), unique=True)
    diary_number = models.CharField(_("diary number"), max_length=40)
    registered_on = models.DateField(_("registered"), null=True)
    closed_on = models.DateField(_("closed"))
    rule = models.ForeignKey(
        DisposalRule,
        models.PROTECT,
        verbose_name=_("rule of disposal"),
        related_name="+",
    )
    disposal_decision = models.CharField(_("decision on disposal"), max_length=100)
    # How much went: rows, their versions, texts and files, and details of the ledger.
    rows = models.PositiveIntegerField(_("rows"))
    versions = models.PositiveIntegerField(_("versions"))
    details = models.PositiveIntegerField(_("details of lines"))
    disposed_at = models.DateTimeField(_("disposed of"))

    class Meta:
        verbose_name = _("case that was disposed of")
        verbose_name_plural = _("cases that were disposed of")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["authority", "diary_number"], name="disposedcase_number"
            )
        ]

    def __str__(self) -> str:
        return self.diary_number or f"# {self.case_key}"


# How long an authority keeps what is told of its cases: set by two persons, on a
# decision on disposal.


def _bounds(name: str) -> str:
    period = PERIODS[name]
    text = gettext("%(least)s to %(most)s days, from when %(after)s.")
    after = period.retention.after
    return text % {"least": period.least, "most": period.most, "after": after}


def _days(name: str, label: Any) -> models.PositiveIntegerField:
    period = PERIODS[name]
    return models.PositiveIntegerField(
        label,
        validators=[MinValueValidator(period.least), MaxValueValidator(period.most)],
        default=period.retention.days,
        help_text=lazy(_bounds, str)(name),
    )


class RetentionRule(AuditedModel):
    """An authority's periods, in days. Where it has none, nothing of this is disposed
    of: it takes a decision."""

    retention = REGISTER

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="retention_rule",
    )
    disposal_decision = models.CharField(
        _("decision on disposal"),
        max_length=100,
        help_text=_("Its number, and the section, such as KSN 2026-0117 § 5."),
    )
    searches = _days("searches", _("what was searched for"))
    reads = _days("reads", _("what was read, refused and taken out"))
    sign_ins = _days("sign_ins", _("sign-ins, and names that were tried"))
    notices = _days("notices", _("notices to people"))
    addresses = _days("addresses", _("people's addresses, devices and numbers"))
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("rule of retention")
        verbose_name_plural = _("rules of retention")
        ordering = ["authority__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    **{f"{name}__gte": period.least, f"{name}__lte": period.most}
                ),
                name=f"retentionrule_{name}_within_reason",
            )
            for name, period in PERIODS.items()
        ]

    def __str__(self) -> str:
        return str(self.authority)
