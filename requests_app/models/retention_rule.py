"""How long an authority keeps what is told of its cases: set by two persons, on a
decision on disposal."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.retention import PERIODS, REGISTER


def _bounds(name: str) -> str:
    period = PERIODS[name]
    text = gettext("%(least)s to %(most)s days, from when %(after)s.")
    after = period.retention.after
    return text % {"least": period.least, "most": period.most, "after": after}


def _days(name: str, label: Any) -> models.PositiveIntegerField:
    period = PERIODS[name]
    return models.PositiveIntegerField(
        label,
        validators=[MinValueValidator(period.least), MaxValueValidator(period.most)],
        default=period.retention.days,
        help_text=lazy(_bounds, str)(name),
    )


class RetentionRule(AuditedModel):
    """An authority's periods, in days. Where it has none, nothing of this is disposed
    of: it takes a decision."""

    retention = REGISTER

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="retention_rule",
    )
    disposal_decision = models.CharField(
        _("decision on disposal"),
        max_length=100,
        help_text=_("Its number, and the section, such as KSN 2026-0117 § 5."),
    )
    searches = _days("searches", _("what was searched for"))
    reads = _days("reads", _("what was read, refused and taken out"))
    sign_ins = _days("sign_ins", _("sign-ins, and names that were tried"))
    notices = _days("notices", _("notices to people"))
    addresses = _days("addresses", _("people's addresses, devices and numbers"))
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("rule of retention")
        verbose_name_plural = _("rules of retention")
        ordering = ["authority__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    **{f"{name}__gte": period.least, f"{name}__lte": period.most}
                ),
                name=f"retentionrule_{name}_within_reason",
            )
            for name, period in PERIODS.items()
        ]

    def __str__(self) -> str:
        return str(self.authority)
