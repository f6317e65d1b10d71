"""A breach of Lockbox itself: an incident that belongs to no case."""

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content import Content
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE


class Breach(AuditedModel):
    """What happened to Lockbox, as far as somebody at the authority knows. What is
    learnt later stands in the reports that its duties ask for."""

    retention = WITH_CASE

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="breaches",
        editable=False,
    )
    known_at = models.DateTimeField(_("known since"), editable=False)
    what_happened = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what happened"),
        related_name="+",
        editable=False,
    )
    affected = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what and who is affected"),
        related_name="+",
        editable=False,
    )
    recorded_by = person_field(_("recorded by"), editable=False)
    recorded_at = models.DateTimeField(
        pgettext_lazy("when", "recorded"), editable=False
    )

    history = History()

    class Meta:
        verbose_name = _("breach of Lockbox")
        verbose_name_plural = _("breaches of Lockbox")
        ordering = ["-id"]

    def __str__(self) -> str:
        return gettext("Breach of Lockbox %(number)s") % {"number": self.pk}
