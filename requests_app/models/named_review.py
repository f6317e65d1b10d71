"""A review on a named list, and who is named on one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from audit_app.history import AuditedModel, History
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class ListedReview(SecrecyReview):
    """A review on a named list, for whoever sees its number and clocks and no more."""

    class Meta:
        proxy = True
        verbose_name = _("review on a named list")
        verbose_name_plural = _("reviews on named lists")


class ReviewUserPermission(AuditedModel, UserObjectPermissionBase):
    """A named person's right on one review: guardian's row, with our history."""

    retention = WITH_CASE

    content_object = models.ForeignKey(
        SecrecyReview, on_delete=models.PROTECT, related_name="named_grants"
    )

    history = History()

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = _("named right on a review")
        verbose_name_plural = _("named rights on reviews")

    def __str__(self) -> str:
        return f"{self.pk}"
