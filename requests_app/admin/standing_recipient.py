"""The recipients of a standing assessment, as rows of its form."""

from typing import Any

from django.http import HttpRequest

from requests_app.forms.standing_assessment import RecipientForm
from requests_app.models import StandingRecipient
from requests_app.workbench.inlines import LockboxInline

RECIPIENT = (
    "legal_entity",
    "country",
    "relation",
    "purpose",
    "highest_class",
    "transfer_ground",
    "transfer_reference",
    ("certification", "certification_checked"),
    "covers_staff_data",
)
COPIED_OF_RECIPIENT = [
    field.name
    for field in StandingRecipient._meta.fields
    if field.name not in ("id", "standing_assessment", "certification_checked")
]


class RecipientInline(LockboxInline):
    """Named one by one, below what is settled for them; taken out until confirmed."""

    model = StandingRecipient
    form = RecipientForm
    template = "admin/edit_inline/stacked.html"
    fieldsets = [(None, {"fields": RECIPIENT})]
    can_delete = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        if obj is not None:
            return 0
        return max(1, len(self._parent().copied_recipients(request)))
