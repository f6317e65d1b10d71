"""The peer: the same rows in Django's own admin with guardian and simple-history, as
their documentation has it. Its addresses are /peer/."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import override_settings
from django.urls import path
from guardian.admin import GuardedModelAdmin
from guardian.shortcuts import get_objects_for_user
from simple_history.admin import SimpleHistoryAdmin

from lockbox_site.urls import urlpatterns as ours
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.people.models import Role
from requests_app.core.people.rights import VIEW, roles_of

site = admin.AdminSite("peer")
SEES_ALL = {Role.AUDITOR, Role.IT_MANAGER}


class Unguarded:
    """Everything may be viewed that guardian's rows or the model's right give."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(SecrecyReview, site=site)
class PeerAdmin(Unguarded, GuardedModelAdmin, SimpleHistoryAdmin):  # type: ignore[misc]
    list_display = [
        "id",
        "diary_number",
        "authority",
        "public_subject",
        "case_officer",
        "status",
    ]
    list_filter = ["status", "authority"]
    search_fields = ["diary_number", "access_request__external_id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if {row.role for row in roles_of(request.user)} & SEES_ALL:
            return rows
        named = get_objects_for_user(
            request.user, VIEW, klass=SecrecyReview, with_superuser=False
        )
        own = {row.authority_id for row in roles_of(request.user)}
        return rows.filter(pk__in=named.values("pk")) | rows.filter(authority__in=own)


def own_templates() -> Any:
    """Django's pages without our looks, as the libraries bring them."""
    plain = [{**engine, "DIRS": []} for engine in settings.TEMPLATES]
    return override_settings(TEMPLATES=plain)


urlpatterns = [path("peer/", site.urls), *ours]
