"""Comments on a proposal that was returned, each at what it concerns."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Proposal
from requests_app.models.official import WORKING_PAPER
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class ReturnCommentQuerySet(models.QuerySet["ReturnComment"]):
    def unsettled(self) -> "ReturnCommentQuerySet":
        """Those that the case officer has not ticked off."""
        return self.filter(settled_at=None)


class ReturnComment(AuditedModel):
    """What a decision-maker wants changed in a paragraph of the proposal or an answer
    of its assessment, and whether the case officer has ticked it off."""

    retention = WITH_CASE
    document = WORKING_PAPER

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="return_comments",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        verbose_name=_("proposal"),
        related_name="return_comments",
    )
    # The field in which it is changed, of the form that proposes or assesses.
    about = models.CharField(_("about"), max_length=60)
    # As it read then: it may be gone since.
    quote = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("what it concerns"), related_name="+"
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("comment"), related_name="+"
    )
    written_by = person_field(_("written by"))
    written_at = models.DateTimeField(_("written"))
    settled_by = person_field(_("ticked off by"), null=True)
    settled_at = models.DateTimeField(_("ticked off"), null=True)

    history = History()
    objects = ReturnCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a returned proposal")
        verbose_name_plural = _("comments on returned proposals")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="returncomment_ticked_off_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
