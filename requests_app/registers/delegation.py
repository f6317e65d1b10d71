"""Items of schemes of delegation: added unconfirmed, for another to confirm."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.models import DelegationRule, Outcome, Role
from requests_app.permissions.roles import DELEGATION_KEEPERS
from requests_app.registers.fields import LabelsField, RowField
from requests_app.registers.register import Register
from requests_app.registers.row import LOOKUPS, RowForm


class DelegationForm(RowForm):
    own = ("parent",)

    outcomes = LabelsField(
        choices=Outcome.choices, label=_("outcomes it covers"), required=False
    )
    parent = RowField(
        DelegationRule.objects.filter(parent=None),
        lookups=LOOKUPS[DelegationRule],
        label=_("sub-delegated from"),
        required=False,
    )

    class Meta(RowForm.Meta):
        model = DelegationRule
        fields = (
            "authority",
            "item_no",
            "title",
            "decision_type",
            "outcomes",
            "max_minutes",
            "max_confidentiality",
            "product",
            "parent",
            "may_subdelegate",
            "is_head",
            "is_urgent",
            "role",
            "person",
            "board_decision",
            "report_to_board",
            "valid_from",
            "valid_to",
        )
        help_texts = {"person": _("The user name.")}

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        self.instance.made_by = self.by

    def standing(self) -> DelegationRule | None:
        return DelegationRule.objects.filter(**self.cleaned_data).first()


DELEGATIONS = Register(
    name="delegations",
    form=DelegationForm,
    key=("authority", "item_no", "role", "person", "valid_from"),
    kept_by=DELEGATION_KEEPERS,
    seen_by=tuple(Role),
    note=_("Items are added, none is changed or ended. Another person confirms each."),
    related=("authority", "product", "parent", "person"),
)
