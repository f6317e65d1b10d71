"""What somebody typed and has not sent, and who has which form open: given back, told,
then gone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.retention import WHILE_NEEDED
from requests_app.models.belonging import HERE
from requests_app.models.retention import DRAFT


class Draft(models.Model):
    """The fields of one step's form as they were posted, for their author only.

    Working paper (TF 2:12): no history; the sweep removes it after a week.
    """

    retention = DRAFT
    belongs = HERE

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=300)
    # {name: [value, …]}
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "path"], name="draft_one_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class FormInUse(models.Model):
    """That somebody has a form open: told to others who open it, and kept for no longer
    than it is true. No history, and nothing of what is typed."""

    retention = WHILE_NEEDED
    belongs = HERE

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=300)
    since = models.DateTimeField()
    # When something was last typed on it; none where it is only looked at.
    typed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("form in use")
        verbose_name_plural = _("forms in use")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "path"], name="forminuse_one_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
