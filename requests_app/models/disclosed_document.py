"""A document of a case as it is tested for one who asks for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, History
from requests_app.models.content_field import content_field
from requests_app.models.disclosure_request import DisclosureRequest
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.provision import Provision
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class DocumentQuerySet(models.QuerySet["DisclosedDocument"]):
    def untested(self) -> "DocumentQuerySet":
        return self.filter(outcome="")

    def given(self) -> "DocumentQuerySet":
        """Whole or in part."""
        return self.filter(outcome__in=DisclosedDocument.GIVEN)

    def reserved(self) -> "DocumentQuerySet":
        """Given, and only with a reservation."""
        return self.exclude(reserved_by=None)

    def in_file(self) -> "DocumentQuerySet":
        """What can't be turned into pages is shown on the spot, or given as it is."""
        return self.given().exclude(pages=None)


class DisclosedDocument(AuditedModel):
    """The test of one document for this recipient. What is no official document is said
    to be none, and why, when the case is taken in; nobody chooses it."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Outcome(models.TextChoices):
        WHOLE = "whole", pgettext_lazy("of a document", "Handed out whole")
        PARTLY = "partly", pgettext_lazy("of a document", "Handed out masked")
        REFUSED = "refused", pgettext_lazy("of a document", "Not handed out")
        NONE = "none", _("No official document")

    # What a person finds, and of these what is given.
    TESTED = (Outcome.WHOLE, Outcome.PARTLY, Outcome.REFUSED)
    GIVEN = (Outcome.WHOLE, Outcome.PARTLY)

    request = models.ForeignKey(
        DisclosureRequest,
        models.PROTECT,
        verbose_name=_("request for documents"),
        related_name="documents",
        editable=False,
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="disclosed_documents",
        editable=False,
    )
    # Which of the case's documents: `CaseDocument.key`.
    key = models.CharField(_("document"), max_length=80, editable=False)
    name = content_field(_("what it is called"))
    outcome = models.CharField(
        pgettext_lazy("of a document", "handed out"),
        max_length=8,
        choices=Outcome,
        blank=True,
        editable=False,
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision by which it is kept back"),
        related_name="+",
        null=True,
        editable=False,
    )
    reasons = content_field(_("reasons"), null=True)
    # By which it would be kept back, did no reservation take the risk away (OSL 10:14).
    reserved_by = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision that asks for a reservation"),
        related_name="+",
        null=True,
        editable=False,
    )
    # Its texts as pages, from when something is to be masked in them: places are of
    # these pages, however texts are drawn later.
    paper = content_field(_("its texts as pages"), null=True)
    # None until they have been drawn.
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    tested_by = person_field(_("tested by"), null=True, editable=False)
    tested_at = models.DateTimeField(_("tested"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document asked for")
        verbose_name_plural = _("documents asked for")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "review", "key"],
                name="discloseddocument_once_of_a_request",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("", "none"), tested_by=None, tested_at=None)
                | Q(
                    outcome__in=("whole", "partly", "refused"),
                    tested_by__isnull=False,
                    tested_at__isnull=False,
                ),
                name="discloseddocument_tested_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("", "whole"), provision=None, reasons=None)
                | Q(outcome="partly", provision=None)
                | Q(
                    outcome="refused",
                    provision__isnull=False,
                    reasons__isnull=False,
                )
                | Q(outcome="none", provision=None, reasons__isnull=False),
                name="discloseddocument_kept_back_with_why",
            ),
            models.CheckConstraint(
                condition=Q(reserved_by=None) | Q(outcome__in=("whole", "partly")),
                name="discloseddocument_given_with_a_reservation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} # {self.pk}"
