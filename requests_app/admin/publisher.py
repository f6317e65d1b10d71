"""Publishers whose packages an authority believes, by two persons."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import Heartbeat, Publisher
from requests_app.permissions.guarded_registers import LIMIT_KEEPERS
from requests_app.permissions.package import READERS
from requests_app.words.times import moment_in_words
from requests_app.workbench.lists import LockboxAdmin


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
