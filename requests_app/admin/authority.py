from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.models import Authority, ClassificationLabel, Role, SecrecyBranch
from requests_app.permissions.roles import (
    MANAGERS,
    MAP_KEEPERS,
    authorities_of,
    has_role,
)
from requests_app.workbench.lists import LockboxAdmin


@admin.register(Authority)
class AuthorityAdmin(LockboxAdmin):
    """Made by a system administrator; kept by the authority's own managers."""

    list_display = ["name", "code", "kind"]
    search_fields = ["name", "code"]
    authority_path = "pk"
    seen_everywhere = True
    kept_by = MANAGERS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.SYSTEM_ADMINISTRATOR)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its managers stand in for others: it does not move to where these are."""
        return ("municipality",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        rows = Authority.objects.filter(pk__in=authorities_of(request.user, *Role))
        first = rows.exclude(municipality="").first()
        return {"municipality": first.municipality} if first else {}

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "regime":
            kwargs["help_text"] = _(
                "What the authority's lawyers hold an answer to a provider to be."
                " Decisions keep what was said here when they were made; the notice on"
                " appeal follows it."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(SecrecyBranch)
class SecrecyBranchAdmin(LockboxAdmin):
    list_display = ["name", "authority"]
    list_select_related = ["authority"]
    authority_path = "authority"
    seen_everywhere = True
    kept_by = MANAGERS


@admin.register(ClassificationLabel)
class ClassificationLabelAdmin(LockboxAdmin):
    list_display = ["authority", "aspect", "level", "label"]
    list_select_related = ["authority"]
    list_filter = ["aspect"]
    authority_path = "authority"
    kept_by = MAP_KEEPERS
