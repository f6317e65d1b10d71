"""Dated classifications of information sets: rows are added, never changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import SecurityClassification
from requests_app.permissions.roles import INFORMATION_KEEPERS, SEE_REGISTERS
from requests_app.registers.register import Register
from requests_app.registers.row import RowForm

ADDED = (
    "confidentiality",
    "integrity",
    "availability",
    "traceability",
    "reason",
    "review_due",
)


class ClassificationForm(RowForm):
    own = ("information_set",)

    class Meta(RowForm.Meta):
        model = SecurityClassification
        fields = ("authority", "information_set", "valid_from", *ADDED)

    def standing(self) -> SecurityClassification | None:
        cells = self.cleaned_data
        rows = cells["information_set"].classifications
        row = rows.filter(valid_from=cells["valid_from"]).first()
        if row and any(getattr(row, name) != cells[name] for name in ADDED):
            text = gettext(
                "The set has another classification from that day; choose a later one."
            )
            raise ValidationError({"valid_from": text})
        return row

    @classmethod
    def cells_beside(cls, row: SecurityClassification) -> dict[str, Any]:
        return {"authority": row.information_set.authority.code}


CLASSIFICATIONS = Register(
    name="classifications",
    form=ClassificationForm,
    key=("authority", "information_set", "valid_from"),
    kept_by=INFORMATION_KEEPERS,
    seen_by=SEE_REGISTERS,
    note=_("Classifications are added; the old ones stay as they were."),
    related=("information_set__authority",),
    authority_path="information_set__authority",
)
