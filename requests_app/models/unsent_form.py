"""What somebody had typed when their sign-in ran out: given back, then gone."""

from django.conf import settings
from django.db import models


class UnsentForm(models.Model):
    """The fields of one step's form as they were posted, for their author only.

    Working paper (TF 2:12): no history; the sweep removes it after a week.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=300)
    # {name: [value, …]}
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "path"], name="unsentform_one_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
