"""What a proposal and the decision that is made of it both say."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel
from requests_app.cases.review.models.assessment import Ground
from requests_app.core.models import Content, Interest, Outcome

# What a proposal and the decision that is made of it both say.


def _content(label: Any) -> Any:
    return models.ForeignKey(
        Content, models.PROTECT, verbose_name=label, related_name="+", null=True
    )


class Terms(AuditedModel):
    """What a proposal and a decision both say."""

    PROTECTED = ("granted_scope",)

    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome)
    # What was read: the revision of the request, and the review's objects in it.
    revision = models.PositiveIntegerField(_("revision of the request"))
    object_ids = ArrayField(models.BigIntegerField(), verbose_name=_("objects"))
    # Of what is tested in parts: those that are granted.
    part_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("parts granted"), default=list
    )
    granted_minutes = models.PositiveIntegerField(
        _("access granted (minutes)"), null=True, blank=True
    )
    granted_scope = models.CharField(_("what is granted"), max_length=1000, blank=True)
    # Every grant names why it is lawful.
    ground = models.CharField(
        _("ground for disclosure"), max_length=10, choices=Ground, blank=True
    )
    motivation_internal = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("internal motivation"),
        related_name="+",
    )
    motivation_for_recipient = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("motivation for the recipient"),
        related_name="+",
    )
    # What the recipient's copy leaves out of the reasons, where it does: for what, why
    # that is necessary (FL 32) and weighs so much (OSL 10:3), and what the recipient
    # reads instead.
    left_out_for = models.CharField(
        _("reasons left out with regard to"),
        max_length=10,
        choices=Interest,
        blank=True,
    )
    left_out_because = _content(_("why leaving them out is necessary"))
    left_out_weight = _content(_("why it is of particular weight"))
    told_instead = _content(_("what the recipient is told instead"))
    # Codes of the provisions that give secrecy and may be named to this recipient; why,
    # where that is not as the law's own words have it as a rule.
    named_codes = ArrayField(
        models.CharField(max_length=24),
        verbose_name=_("provisions that may be named"),
        default=list,
        blank=True,
    )
    named_because = _content(_("why just these may be named"))

    class Meta:
        abstract = True

    @classmethod
    def texts(cls) -> list[str]:
        """The fields that are kept as content."""
        return [
            field.name for field in cls._meta.fields if field.related_model is Content
        ]
