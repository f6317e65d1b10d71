"""How long an authority keeps its cases: set by two persons, on a board's decision."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.retention import REGISTER
from requests_app.models.review import SecrecyReview

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
