"""Where a row of a register comes from: what a package said, when it was taken."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.person_field import person_field
from requests_app.models.register_change import RegisterChange
from requests_app.models.retention import REGISTER


class Origin(AuditedModel):
    """One entry of a package that somebody took as a draft. It stays as it was read,
    whatever becomes of the row."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="origins"
    )
    publisher = models.CharField(_("publisher"), max_length=200)
    package = models.CharField(_("package"), max_length=100)
    edition = models.PositiveIntegerField(_("edition"))
    kind = models.CharField(_("kind of entry"), max_length=40)
    key = models.CharField(_("entry"), max_length=100)
    title = models.CharField(_("what it is about"), max_length=300)
    dated = models.DateField(_("dated"))
    sources = models.JSONField(_("sources"), default=list)
    unknown = models.TextField(_("what is not known"), blank=True)
    values = models.JSONField(_("what it said"), encoder=DjangoJSONEncoder)
    digest = models.CharField(_("digest of the entry"), max_length=64)
    row_table = models.CharField(_("register"), max_length=60, blank=True)
    # Nothing until a second person has confirmed the change that adds the row.
    row_id = models.BigIntegerField(_("row"), null=True)
    change = models.OneToOneField(
        RegisterChange,
        models.PROTECT,
        verbose_name=_("change for a second person"),
        related_name="origin",
        null=True,
    )
    taken_by = person_field(_("taken by"))
    taken_at = models.DateTimeField(_("taken"))
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("origin")
        verbose_name_plural = _("origins")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["row_table", "row_id"], name="origin_of_row"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Any:
        """The package, as people call it."""
        words = {"name": self.package, "edition": self.edition, "by": self.publisher}
        return _("%(name)s, edition %(edition)s, of %(by)s") % words
