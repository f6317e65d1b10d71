"""Limits of unusual reading: kept by two persons, and never by who looks by them."""

from django.contrib import admin

from requests_app.models import ReadingLimit
from requests_app.permissions.guarded_registers import LIMIT_KEEPERS
from requests_app.workbench.lists import LockboxAdmin


@admin.register(ReadingLimit)
class ReadingLimitAdmin(LockboxAdmin):
    guide = "revisor#monster"
    list_display = ["authority", "opens", "closes", "many", "days"]
    list_select_related = ["authority"]
    fields = ["authority", "opens", "closes", "many", "days"]
    authority_path = "authority"
    kept_by = LIMIT_KEEPERS
