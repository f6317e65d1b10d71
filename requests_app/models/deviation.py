"""What the provider did outside what was granted (avvikelse), and what came of it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.content import Content
from requests_app.models.message import AccessEvent
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.words.phrases import label_of


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
