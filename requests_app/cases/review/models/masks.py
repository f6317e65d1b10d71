"""Texts of a case that read otherwise than they were kept: corrected or restricted."""

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.fields import content_field, person_field
from requests_app.core.retention import WITH_CASE


class TextMask(AuditedModel):
    """Personal data in texts of a case, corrected (GDPR article 16) or restricted
    (article 18). What was kept stays, and each text says what it reads as."""

    retention = WITH_CASE

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Corrected personal data (GDPR article 16)")
        RESTRICTION = "restriction", _("Restricted processing (GDPR article 18)")

    kind = models.CharField(_("kind"), max_length=11, choices=Kind, editable=False)
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="text_masks",
        editable=False,
    )
    # None where nobody has asked: the authority found it itself.
    request = models.ForeignKey(
        "requests_app.DataSubjectRequest",
        models.PROTECT,
        verbose_name=_("request of a data subject"),
        related_name="text_masks",
        null=True,
        editable=False,
    )
    ground = content_field(_("ground"))
    made_by = person_field(pgettext_lazy("a mask", "made by"), editable=False)
    made_at = models.DateTimeField(pgettext_lazy("a mask", "made"), editable=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)
    lifted_by = person_field(_("lifted by"), null=True, editable=False)
    lifted_because = content_field(_("why it was lifted"), null=True)
    # A restriction is lifted after the data subject has been told (GDPR 18.3).
    subject_told_on = models.DateField(
        _("the data subject was told on"), null=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("corrected or restricted text")
        verbose_name_plural = _("corrected and restricted texts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    lifted_at=None,
                    lifted_by=None,
                    lifted_because=None,
                    subject_told_on=None,
                )
                | Q(
                    kind="restriction",
                    lifted_at__isnull=False,
                    lifted_by__isnull=False,
                    lifted_because__isnull=False,
                    subject_told_on__isnull=False,
                ),
                name="textmask_restriction_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} # {self.pk}"

    @property
    def stands(self) -> bool:
        return self.lifted_at is None


class MaskedText(AuditedModel):
    """A text under a mask, and what it reads as while that stands."""

    retention = WITH_CASE

    mask = models.ForeignKey(
        TextMask,
        models.PROTECT,
        verbose_name=_("corrected or restricted text"),
        related_name="texts",
        editable=False,
    )
    original = content_field(_("the text as it was kept"))
    reads = content_field(_("what it reads as"))
    # What the text is, as it was called when it was chosen.
    label = models.CharField(_("which text"), max_length=200, editable=False)

    history = History()

    class Meta:
        verbose_name = _("text read otherwise")
        verbose_name_plural = _("texts read otherwise")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mask", "original"], name="maskedtext_once_in_a_mask"
            ),
            models.UniqueConstraint(fields=["reads"], name="maskedtext_reads_its_own"),
            models.CheckConstraint(
                condition=~Q(original=F("reads")), name="maskedtext_reads_otherwise"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RecipientNoticeQuerySet(models.QuerySet["RecipientNotice"]):
    def waiting(self) -> QuerySet["RecipientNotice"]:
        return self.filter(told_at=None)


class RecipientNotice(AuditedModel):
    """Somebody who was given the words before they were masked, and is to be told that
    they are corrected or restricted (GDPR article 19)."""

    retention = WITH_CASE

    class Way(models.TextChoices):
        SERVED = "served", _("The decision was served")
        ANSWER = "answer", _("An answer was given to the provider")
        MESSAGE = "message", _("It was written to the provider")
        DISCLOSURE = "disclosure", _("An extract was given to a data subject")
        DOCUMENT = "document", _("Documents were handed out")

    mask = models.ForeignKey(
        TextMask,
        models.PROTECT,
        verbose_name=_("corrected or restricted text"),
        related_name="notices",
        editable=False,
    )
    way = models.CharField(
        _("how it was handed out"), max_length=10, choices=Way, editable=False
    )
    recipient = models.CharField(_("to whom"), max_length=200, editable=False)
    handed_out_at = models.DateTimeField(_("handed out"), editable=False)
    told_at = models.DateTimeField(
        pgettext_lazy("a recipient", "told"), null=True, editable=False
    )
    told_by = person_field(_("told by"), null=True, editable=False)
    # Or why that is impossible, or too much to ask (GDPR 19).
    how = content_field(_("how they were told"), null=True)

    history = History()
    objects = RecipientNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient to be told")
        verbose_name_plural = _("recipients to be told")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at=None, told_by=None, how=None)
                | Q(told_at__isnull=False, told_by__isnull=False, how__isnull=False),
                name="recipientnotice_told_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()}: {self.recipient}"
