from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.models import Reviewer, Role
from requests_app.workbench import LockboxAdmin


@admin.register(Reviewer)
class ReviewerAdmin(LockboxAdmin):
    list_display = ["person", "role", "authority", "valid_from", "valid_to", "in_force"]
    list_filter = ["role"]
    list_select_related = ["person", "authority"]
    search_fields = ["person__last_name", "person__first_name"]
    autocomplete_fields = ["person"]
    fields = [
        "person",
        "role",
        "authority",
        "branch",
        ("valid_from", "valid_to"),
        "employer",
        "basis",
        "reason",
    ]
    authority_path = "authority"
    kept_by = [Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR]

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, obj: Reviewer) -> bool:
        day = permissions.today()
        return obj.valid_from <= day and (obj.valid_to is None or obj.valid_to >= day)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        if form.cleaned_data.get("person") == request.user:
            form.add_error("person", gettext("Nobody gives themselves a role."))
