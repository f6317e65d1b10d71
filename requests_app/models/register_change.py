"""A change of a register that waits for a second person, or has been settled by one."""

from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER


class RegisterChange(AuditedModel):
    """One row, and what one person wants its columns to become (design.md 4.2).

    What takes from others what they see or need is proposed by one and confirmed by
    another; the database takes it from nobody else. Columns are named as the database
    names them, so that its guard can compare.
    """

    retention = REGISTER
    belongs = ("authority",)

    class Act(models.TextChoices):
        ADD = "add", _("To be added")
        CHANGE = "change", _("To be changed")
        REMOVE = "remove", _("To be taken away")

    # Nobody's alone: a provider and its products, which authorities share.
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="+",
        null=True,
    )
    row_table = models.CharField(_("register"), max_length=60)
    row_id = models.BigIntegerField(_("row"), null=True)
    # Copied: what the row was called when the change was proposed.
    row_name = models.CharField(_("what it is about"), max_length=300)
    act = models.CharField(_("what is to be done"), max_length=6, choices=Act)
    old_values = models.JSONField(_("before"), encoder=DjangoJSONEncoder, default=dict)
    new_values = models.JSONField(_("after"), encoder=DjangoJSONEncoder, default=dict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # What came in one file is settled together: its digest.
    came_with = models.CharField(
        _("file it came with"), max_length=64, default="", editable=False, blank=True
    )
    proposed_by = person_field(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    confirmed_by = person_field(_("confirmed by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    refused_by = person_field(_("refused by"), null=True)
    refused_at = models.DateTimeField(_("refused"), null=True)
    refusal_reason = models.CharField(_("why refused"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("change for a second person")
        verbose_name_plural = _("changes for a second person")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="registerchange_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(refused_at=None),
                name="registerchange_settled_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["row_table", "authority"],
                condition=Q(confirmed_at=None, refused_at=None),
                name="registerchange_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.row_name

    @property
    def row_model(self) -> Any:
        """The model whose row it is about."""
        models_by_table = {model._meta.db_table: model for model in apps.get_models()}
        return models_by_table[self.row_table]

    @property
    def is_settled(self) -> bool:
        return bool(self.confirmed_at or self.refused_at)

    @property
    def state(self) -> Any:
        if self.confirmed_at:
            return _("Confirmed")
        return _("Refused") if self.refused_at else _("Waits for a second person")
