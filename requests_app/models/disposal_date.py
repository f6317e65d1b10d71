"""When a case may be disposed of, as the database reckons it."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models.disposal_rule import DisposalRule
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class DisposalDate(models.Model):
    """When a case that is over may be disposed of, and by which rule. Reckoned by the
    database when it closes and when rules change: none slips without."""

    retention = WITH_CASE

    review = models.OneToOneField(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="disposal_date",
    )
    # None: nobody has decided, and so the case is retained.
    rule = models.ForeignKey(
        DisposalRule,
        models.PROTECT,
        verbose_name=_("rule of disposal"),
        related_name="+",
        null=True,
    )
    # None: retained, or what it counts from has not happened.
    due_on = models.DateField(_("to be disposed of from"), null=True)
    was_due_on = models.DateField(_("day before it was reckoned anew"), null=True)
    reckoned_at = models.DateTimeField(_("reckoned"))

    class Meta:
        verbose_name = _("date of disposal")
        verbose_name_plural = _("dates of disposal")
        ordering = ["due_on", "id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["due_on", "id"], name="disposaldate_due")]

    def __str__(self) -> str:
        return str(self.review)

    @property
    def state(self) -> str:
        if self.rule is None:
            return gettext("Retained: nobody has decided on a rule")
        if self.due_on is None and self.rule.years is None:
            return gettext("Retained, by the rule")
        if self.due_on is None:
            return gettext("Waits until %(event)s") % {
                "event": self.rule.get_counts_from_display()
            }
        return gettext("To be disposed of")
