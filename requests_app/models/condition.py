"""Conditions agreed for an access, and whether they were kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Proposal
from requests_app.models.official import ELSEWHERE, Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class Condition(AuditedModel):
    """A condition (villkor): contractual or technical, and what became of it."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Kind(models.TextChoices):
        DURATION = "duration", _("Access at most for the time granted")
        NAMED_OBJECT = "named_object", _("Only the objects named")
        NAMED_ENGINEER = (
            "named_engineer",
            _("Carried out by an engineer named in advance"),
        )
        INSIDE_EEA = "inside_eea", _("Carried out from within the EEA")
        SCREEN_SHARE = "screen_share", _("Only as a screen shared with our staff")
        NO_COPYING = "no_copying", _("Nothing is copied, exported or read beyond need")
        ACCOUNT = "account", _("A written account afterwards")
        OTHER = "other", _("Another condition")

    class Nature(models.TextChoices):
        CONTRACTUAL = "contractual", _("By contract")
        TECHNICAL = "technical", _("Technical")

    # Kept by the provider's or our own technique, not by promise alone.
    TECHNICAL = (Kind.SCREEN_SHARE,)

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="conditions",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        verbose_name=_("proposal"),
        related_name="conditions",
    )
    kind = models.CharField(_("condition"), max_length=14, choices=Kind)
    nature = models.CharField(_("nature"), max_length=11, choices=Nature)
    # As the recipient reads it.
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("wording"), related_name="+"
    )
    due_days = models.PositiveSmallIntegerField(
        _("within (working days)"), null=True, blank=True
    )

    history = History()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def nature_of(cls, kind: str) -> str:
        technical = kind in cls.TECHNICAL
        return cls.Nature.TECHNICAL if technical else cls.Nature.CONTRACTUAL


class ConditionFollowUp(AuditedModel):
    """Was a condition kept? Said by somebody, at a time; the newest counts."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="noted_at")

    condition = models.ForeignKey(
        Condition,
        models.PROTECT,
        verbose_name=_("condition"),
        related_name="follow_ups",
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="follow_ups",
    )
    is_kept = models.BooleanField(_("kept"))
    note = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("note"), related_name="+", null=True
    )
    noted_by = person_field(_("noted by"))
    noted_at = models.DateTimeField(_("noted"))

    history = History()

    class Meta:
        verbose_name = _("follow-up of a condition")
        verbose_name_plural = _("follow-ups of conditions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"
