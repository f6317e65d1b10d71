"""What copies of documents cost: kept by two persons of those who hand them out."""

from django.contrib import admin

from requests_app.models import DisclosureTariff
from requests_app.permissions.guarded_registers import PUBLISHERS
from requests_app.workbench.lists import LockboxAdmin


@admin.register(DisclosureTariff)
class DisclosureTariffAdmin(LockboxAdmin):
    guide = "utlamnande#lamna-ut"
    list_display = ["authority", "free_pages", "first_fee", "page_fee", "basis"]
    list_select_related = ["authority"]
    fields = ["authority", "free_pages", "first_fee", "page_fee", "basis"]
    authority_path = "authority"
    kept_by = PUBLISHERS
