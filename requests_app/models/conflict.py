"""Declarations of conflict of interest (jäv), asked of everyone who takes part."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.key_in_array import is_in_matter
from requests_app.models.official import ASSESSMENT
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class ConflictQuerySet(models.QuerySet["ConflictDeclaration"]):
    def conflicts(self) -> "ConflictQuerySet":
        return self.filter(has_conflict=True)

    def conflicts_in(self, *access_requests: int) -> "ConflictQuerySet":
        """In the matter: declared on any review of the requests, of what they extend
        or were merged with, or of what extends them."""
        in_matter = is_in_matter("review__access_request", *access_requests)
        return self.conflicts().filter(in_matter)


class ConflictDeclaration(AuditedModel):
    """What a person declared at one stage (KL 6:28–32, FL 16–18 §§)."""

    retention = WITH_CASE
    document = ASSESSMENT

    class Stage(models.TextChoices):
        ASSESSMENT = "assessment", _("Assessment")
        DECISION = "decision", _("Decision")
        EXECUTION = "execution", _("Answer to the provider")

    class Ground(models.TextChoices):
        """KL 6:28 1–4 (Lag 2022:638). Only to have taken part in the same matter for
        another board is none of them (6:31 second paragraph)."""

        PARTY = (
            "party",
            _(
                "I am party to the matter, or may otherwise be affected by the decision"
                " to a not insignificant extent"
            ),
        )
        CLOSE = (
            "close",
            _(
                "Somebody close to me is party to the matter, or may otherwise be"
                " affected by the decision to a not insignificant extent"
            ),
        )
        REPRESENTATIVE = (
            "representative",
            _(
                "I am or have been, or somebody close to me is or has been,"
                " representative or agent of a party, or of somebody else who may be"
                " affected by the decision to a not insignificant extent"
            ),
        )
        SUPERVISION = (
            "supervision",
            _(
                "The matter concerns supervision of municipal activities that I am"
                " connected with myself"
            ),
        )
        OTHER = (
            "other",
            _(
                "Some other particular circumstance lets my impartiality in the matter"
                " be questioned"
            ),
        )

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="conflict_declarations",
    )
    person = person_field(_("person"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    has_conflict = models.BooleanField(_("conflict of interest"))
    ground = models.CharField(_("ground"), max_length=14, choices=Ground, blank=True)
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("account"), related_name="+", null=True
    )
    declared_at = models.DateTimeField(_("declared"))

    history = History()
    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of conflict of interest")
        verbose_name_plural = _("declarations of conflict of interest")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(has_conflict=False, ground="")
                | (Q(has_conflict=True) & ~Q(ground="")),
                name="conflict_names_its_ground",
            )
        ]
        indexes = [
            models.Index(
                fields=["person", "review"],
                condition=Q(has_conflict=True),
                name="conflict_declared",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
