from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import Absence, Role, RoleAssignment
from requests_app.permissions.roles import MANAGERS, SEE_STAFFING, authorities_of
from requests_app.workbench.lists import LockboxAdmin


@admin.register(Absence)
class AbsenceAdmin(LockboxAdmin):
    """Who is away and who stands in; kept by the manager of either's authority."""

    guide = "arbetsflode#franvaro"

    list_display = ["person", "substitute", "valid_from", "valid_to"]
    list_select_related = ["person", "substitute"]
    search_fields = ["person__last_name", "person__first_name"]
    autocomplete_fields = ["person", "substitute"]
    fields = ["person", "substitute", ("valid_from", "valid_to")]
    empty_value_display = _("nobody stands in")
    kept_by = MANAGERS
    seen_by = SEE_STAFFING

    def get_queryset(self, request: HttpRequest) -> Any:
        """Absences of those who have a role at the person's own authorities."""
        runs = authorities_of(request.user, *self.seen_by)
        theirs = RoleAssignment.objects.filter(authority__in=runs).values("person")
        return super().get_queryset(request).filter(person__in=theirs)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        cleaned = form.cleaned_data
        runs = authorities_of(request.user, Role.IT_MANAGER)
        for name in ("person", "substitute"):
            person = cleaned.get(name)
            if person and not person.roles.filter(authority__in=runs).exists():
                text = gettext("This person has no role at your authority.")
                form.add_error(name, text)
