from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from requests_app.models import Connection, Provider, ProviderProduct, Role
from requests_app.workbench.lists import LockboxAdmin

KEEPERS = [Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR]


@admin.register(Provider)
class ProviderAdmin(LockboxAdmin):
    list_display = ["name", "country"]
    search_fields = ["name"]
    kept_by = KEEPERS


@admin.register(ProviderProduct)
class ProviderProductAdmin(LockboxAdmin):
    list_display = ["name", "provider", "answer_minutes", "access_minutes", "channel"]
    list_select_related = ["provider"]
    readonly_fields = ["limits"]
    kept_by = KEEPERS

    @admin.display(description=_("what the interface does not do"))
    def limits(self, product: ProviderProduct) -> str:
        return " ".join(map(str, product.abilities.limits)) if product.channel else ""


@admin.register(Connection)
class ConnectionAdmin(LockboxAdmin):
    list_display = ["name", "product", "external_id", "authority", "is_active"]
    list_select_related = ["product", "authority"]
    list_filter = ["is_active"]
    authority_path = "authority"
    kept_by = KEEPERS
