"""Files attached to a review."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class Attachment(AuditedModel):
    """A file of the review: kept by digest, type found from the bytes. Insert-only."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="added_at", title="title")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="attachments",
    )
    title = models.CharField(_("what it is"), max_length=200)
    content = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("file"), related_name="+"
    )
    added_by = person_field(_("added by"))
    added_at = models.DateTimeField(_("added"))

    PROTECTED = ("title",)

    history = History()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"
