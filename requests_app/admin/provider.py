from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.catalogue.countries import country_name
from requests_app.models import Connection, Provider, ProviderProduct
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.permissions.shared_register import keeps_shared
from requests_app.selectors.readiness import lacking
from requests_app.words.times import minutes_in_words
from requests_app.workbench.boundary import EnteredInOwn
from requests_app.workbench.lists import LockboxAdmin
from requests_app.workbench.once_a_page import once_a_page


class SharedAdmin(LockboxAdmin):
    """What authorities share is kept by the managers of those that have it run."""

    kept_by = CLOUD_KEEPERS

    @once_a_page
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or keeps_shared(request.user, obj)


@admin.register(Provider)
class ProviderAdmin(EnteredInOwn, SharedAdmin):
    guide = "forsta-stegen#produkt-och-anslutning"
    entered_by = CLOUD_KEEPERS
    list_display = ["name", "seat"]
    search_fields = ["name"]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("municipality",) if obj else ()

    @admin.display(description=_("country"), ordering="country")
    def seat(self, provider: Provider) -> str:
        return country_name(provider.country) if provider.country else ""


@admin.register(ProviderProduct)
class ProviderProductAdmin(SharedAdmin):
    guide = "forsta-stegen#produkt-och-anslutning"
    has_origin = True
    begun_at = "admin:product_presets"
    list_display = ["name", "provider", "to_answer", "longest", "channel"]
    list_select_related = ["provider"]
    readonly_fields = ["limits"]

    @admin.display(description=_("answer within"), ordering="answer_minutes")
    def to_answer(self, product: ProviderProduct) -> str:
        if not product.has_approval:
            return gettext("no approval exists")
        return minutes_in_words(product.answer_minutes)

    @admin.display(description=_("longest access"), ordering="access_minutes")
    def longest(self, product: ProviderProduct) -> str:
        if not product.has_approval:
            return gettext("no approval exists")
        return minutes_in_words(product.access_minutes)

    @admin.display(description=_("what the interface does not do"))
    def limits(self, product: ProviderProduct) -> str:
        return " ".join(map(str, product.abilities.limits)) if product.channel else ""


@admin.register(Connection)
class ConnectionAdmin(LockboxAdmin):
    guide = "forsta-stegen#produkt-och-anslutning"
    list_display = [
        "name",
        "product",
        "external_id",
        "authority",
        "approval",
        "is_active",
    ]
    list_select_related = ["product", "authority"]
    list_filter = ["is_active"]
    authority_path = "authority"
    kept_by = CLOUD_KEEPERS
    readonly_fields = ["readiness"]

    @admin.display(description=_("approval before access"), boolean=True)
    def approval(self, connection: Connection) -> bool:
        return connection.product.has_approval

    @admin.display(description=_("what must be in place"))
    def readiness(self, connection: Connection) -> str:
        """A link to the page that says what lacks, and which tickets carry consent."""
        if connection.pk is None:
            return ""
        page = f"{reverse('admin:readiness')}#connection-{connection.pk}"
        n = lacking(clock.now()).filter(connection=connection).count()
        text = gettext("%(n)s lacking") % {"n": n} if n else gettext("See what")
        return format_html('<a href="{}">{}</a>', page, text)
