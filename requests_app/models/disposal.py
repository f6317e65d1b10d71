"""Lists of cases to dispose of, and what is answered of each (gallring)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content import Content
from requests_app.models.disposal_rule import DisposalRule
from requests_app.models.person_field import person_field
from requests_app.models.retention import FOR_EVER


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
