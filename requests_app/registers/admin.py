"""The admin pages of the registers: cloud, information, provider, publisher, reading
limit and register page."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.catalogue import country_name
from requests_app.core.models import Heartbeat
from requests_app.core.pages.case import EnteredInOwn
from requests_app.core.pages.histories import LockboxInline, once_a_page
from requests_app.core.pages.lists import LockboxAdmin
from requests_app.core.people.rights import (
    CLOUD_KEEPERS,
    INFORMATION_KEEPERS,
    MAP_KEEPERS,
    SEE_REGISTERS,
)
from requests_app.core.two_persons import LIMIT_KEEPERS
from requests_app.core.words.texts import minutes_in_words, moment_in_words
from requests_app.registers.models.changes import Publisher, ReadingLimit, RegisterPage
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.registers.rights import READERS, keeps_shared


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


class ClassificationInline(LockboxInline):
    """A new classification is a new row; the old ones stay as they were."""

    model = SecurityClassification
    fields = [
        "valid_from",
        "confidentiality",
        "integrity",
        "availability",
        "traceability",
        "reason",
        "review_due",
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ProvisionInline(LockboxInline):
    model = InformationSetProvision
    autocomplete_fields = ["provision"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("provision")


class NamedPersonInline(LockboxInline):
    """Who sees reviews of a set that no role opens."""

    model = InformationSetPerson
    autocomplete_fields = ["person"]
    can_delete = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Somebody else is another row: one is taken away, another added.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, formset=NamedPeople, **kwargs)
        formset.by = request.user
        return formset


class NamedPeople(BaseInlineFormSet):
    """A set on a named list names somebody: else nobody could see its reviews."""

    by: Any

    def clean(self) -> None:
        super().clean()
        people = [
            form
            for form in self.forms
            if form.cleaned_data.get("person") and not form.cleaned_data.get("DELETE")
        ]
        for form in people:
            if form.has_changed() and form.cleaned_data["person"] == self.by:
                form.add_error("person", gettext("Nobody names themselves."))
        if self.instance.is_named_list and not people:
            raise ValidationError(
                gettext("Name at least one person who can see its reviews.")
            )


@admin.register(InformationSet)
class InformationSetAdmin(LockboxAdmin):
    guide = "forsta-stegen#informationsmangder"
    has_origin = True
    records_reads = True
    list_display = ["name", "authority", "personal_data", "classification"]
    list_select_related = ["authority"]
    list_prefetch_related = ("classifications",)
    list_filter = ["personal_data"]
    search_fields = ["name"]
    inlines = [ClassificationInline, ProvisionInline, NamedPersonInline]
    authority_path = "authority"
    seen_by = SEE_REGISTERS
    kept_by = INFORMATION_KEEPERS

    @admin.display(description=_("classification"), empty_value="–")
    def classification(self, obj: InformationSet) -> Any:
        day = acting.today()
        rows = [row for row in obj.classifications.all() if row.valid_from <= day]
        return max(rows, key=lambda row: (row.valid_from, row.pk), default=None)


# How much of what a connection must have in place lacks (requests_app/hooks.py).
LACKING: list[Callable[[Connection], int]] = []


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
        n = sum(lacking(connection) for lacking in LACKING)
        text = gettext("%(n)s lacking") % {"n": n} if n else gettext("See what")
        return format_html('<a href="{}">{}</a>', page, text)


# Publishers whose packages an authority believes, by two persons.


@admin.register(Publisher)
class PublisherAdmin(LockboxAdmin):
    guide = "paket#utgivare-som-ni-litar-pa"
    list_display = ["name", "authority", "feed", "is_active"]
    list_select_related = ["authority"]
    list_filter = ["is_active"]
    fields = ["authority", "name", "key", "feed", "feed_state", "is_active"]
    readonly_fields = ["feed_state"]
    authority_path = "authority"
    seen_by = READERS
    kept_by = LIMIT_KEEPERS

    @admin.display(description=_("feed last read"), empty_value="–")
    def feed_state(self, obj: Publisher) -> str:
        beat = Heartbeat.objects.filter(name=f"{Heartbeat.FEED}{obj.pk}").first()
        if beat is None:
            return ""
        return f"{moment_in_words(beat.at)}: {beat.trouble or gettext('whole')}"


# Limits of unusual reading: kept by two persons, and never by who looks by them.


@admin.register(ReadingLimit)
class ReadingLimitAdmin(LockboxAdmin):
    guide = "revisor#monster"
    list_display = ["authority", "opens", "closes", "many", "days"]
    list_select_related = ["authority"]
    fields = ["authority", "opens", "closes", "many", "days"]
    authority_path = "authority"
    kept_by = LIMIT_KEEPERS


# The register of cases as a page on the web: switched on and off by two persons.


@admin.register(RegisterPage)
class RegisterPageAdmin(LockboxAdmin):
    guide = "arbetsflode#diarieforteckning"
    list_display = ["authority", "page", "since", "is_published"]
    list_select_related = ["authority"]
    fields = ["authority", "address", "since", "is_published"]
    authority_path = "authority"
    kept_by = LIMIT_KEEPERS

    @admin.display(description=_("page"), empty_value="–")
    def page(self, obj: RegisterPage) -> Any:
        address = reverse("published_register", args=[obj.address])
        return format_html('<a href="{}">{}</a>', address, address)
