from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.municipality import NumberField
from requests_app.models import (
    Authority,
    ClassificationLabel,
    Role,
    SecrecyBranch,
)
from requests_app.permissions.first_managers import does_run
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.roles import (
    MANAGERS,
    MAP_KEEPERS,
    has_role,
)
from requests_app.workbench.boundary import EnteredInOwn
from requests_app.workbench.lists import LockboxAdmin


@admin.register(Authority)
class AuthorityAdmin(EnteredInOwn, LockboxAdmin):
    """Made by a system administrator; kept by the authority's own managers."""

    guide = "arbetsflode#en-ny-myndighets-forsta-it-chefer"

    list_display = ["name", "code", "kind"]
    search_fields = ["name", "code"]
    authority_path = "pk"
    seen_in_municipality = True
    kept_by = MANAGERS
    entered_by = (Role.SYSTEM_ADMINISTRATOR,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.SYSTEM_ADMINISTRATOR)

    def choosable(self, request: HttpRequest) -> QuerySet[Authority]:
        """Authorities within the person's reach, and those that they stand in for by
        an agreement."""
        reach = Q(municipality__in=within_reach(request.user))
        return Authority.objects.filter(reach | does_run(request.user, ""))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its managers stand in for others: it does not move to where these are."""
        return ("municipality",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "managers_from":
            kwargs["form_class"] = NumberField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

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
    guide = "forsta-stegen#fler-myndigheter"
    list_display = ["name", "authority"]
    list_select_related = ["authority"]
    authority_path = "authority"
    seen_in_municipality = True
    kept_by = MANAGERS


@admin.register(ClassificationLabel)
class ClassificationLabelAdmin(LockboxAdmin):
    guide = "forsta-stegen#informationsmangder"
    list_display = ["authority", "aspect", "level", "label"]
    list_select_related = ["authority"]
    list_filter = ["aspect"]
    authority_path = "authority"
    kept_by = MAP_KEEPERS
