"""Parts of what is asked for that are tested by themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.requested_object import RequestedObject
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class PartQuerySet(models.QuerySet["Part"]):
    def standing(self) -> "PartQuerySet":
        return self.filter(ended_at=None)


class Part(AuditedModel):
    """A part of what a review is about, tested by itself: secrecy may apply to one part
    and not to another, and what is not secret is handed out (TF 2:15).

    Together the parts are everything that is asked for. What a part is never changes:
    one that is wrong ends, and another is named.
    """

    retention = WITH_CASE

    class Kind(models.TextChoices):
        OBJECT = "object", _("An object")
        DOCUMENT = "document", _("A document")
        PASSAGE = "passage", _("A passage in a document")
        DATA = "data", _("A kind of data")
        REST = "rest", _("Everything else that is asked for")

    PROTECTED = ("name",)

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="parts",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # Where it lies; empty where it is of all that is asked for.
    requested_object = models.ForeignKey(
        RequestedObject,
        models.PROTECT,
        verbose_name=_("in the object"),
        related_name="+",
        null=True,
    )
    # As the decision names it, to the recipient too.
    name = models.CharField(_("the part"), max_length=200)
    named_by = person_field(_("named by"))
    named_at = models.DateTimeField(_("named"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    history = History()
    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="object") | Q(requested_object__isnull=False),
                name="part_object_is_one",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(kind="rest", ended_at=None),
                name="part_one_rest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
