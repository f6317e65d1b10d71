from django.contrib import admin

from requests_app.models import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
)
from requests_app.permissions.roles import CLOUD_KEEPERS, MAP_KEEPERS, SEE_REGISTERS
from requests_app.workbench.inlines import LockboxInline
from requests_app.workbench.lists import LockboxAdmin


@admin.register(CloudSystem)
class CloudSystemAdmin(LockboxAdmin):
    # Owners of objects of any authority say in which system they lie.
    guide = "forsta-stegen#produkt-och-anslutning"
    seen_in_municipality = True
    list_display = ["name", "connection"]
    list_select_related = ["connection__product"]
    authority_path = "connection__authority"
    kept_by = CLOUD_KEEPERS


class InformationSetInline(LockboxInline):
    model = CloudObjectInformationSet
    autocomplete_fields = ["information_set"]


@admin.register(CloudObject)
class CloudObjectAdmin(LockboxAdmin):
    guide = "forsta-stegen#objekt"
    records_reads = True
    list_display = ["designation", "kind", "system", "authority", "gone_on"]
    list_select_related = ["system", "authority"]
    list_filter = ["kind"]
    search_fields = ["designation", "external_id"]
    inlines = [InformationSetInline]
    authority_path = "authority"
    seen_by = SEE_REGISTERS
    kept_by = MAP_KEEPERS
