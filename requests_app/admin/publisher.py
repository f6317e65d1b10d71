"""Publishers whose packages an authority believes, by two persons."""

from django.contrib import admin

from requests_app.models import Publisher
from requests_app.permissions.guarded_registers import LIMIT_KEEPERS
from requests_app.permissions.package import READERS
from requests_app.workbench.lists import LockboxAdmin


@admin.register(Publisher)
class PublisherAdmin(LockboxAdmin):
    list_display = ["name", "authority", "feed", "is_active"]
    list_select_related = ["authority"]
    list_filter = ["is_active"]
    fields = ["authority", "name", "key", "feed", "is_active"]
    authority_path = "authority"
    seen_by = READERS
    kept_by = LIMIT_KEEPERS
