from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.law.proposed_answers import has_ended
from requests_app.models import HarmTest, Provision, SecrecyReview, StatuteParagraph
from requests_app.permissions.visibility import readable_by
from requests_app.workbench.cases import RegisterAdmin
from requests_app.workbench.lists import LockboxAdmin


@admin.register(Provision)
class ProvisionAdmin(RegisterAdmin):
    guide = "arbetsflode#ny-lag"
    change_form_template = "lockbox/provision/register_form.html"
    list_display = [
        "__str__",
        "code",
        "called",
        "harm_test",
        "max_secrecy_years",
        "valid_from",
        "valid_to",
    ]
    list_filter = ["harm_test", "confidence"]
    search_fields = ["code", "title_sv", "title_en", "typical_municipal_data"]

    @admin.display(description=_("title"))
    def called(self, obj: Provision) -> str:
        return obj.title

    def page_context(
        self, request: HttpRequest, obj: Provision, relation: Any
    ) -> dict[str, Any]:
        """The open reviews that cite this version, as far as the person reads them."""
        tests = HarmTest.objects.filter(provision=obj)
        citing = readable_by(request.user).filter(
            status__in=SecrecyReview.OPEN,
            pk__in=tests.exclude(outcome=HarmTest.Outcome.STRUCK).values("review"),
        )
        related = ("authority", "case_officer", "access_request")
        return {
            "has_ended": has_ended(obj),
            "citing": citing.select_related(*related).order_by("-pk")[:200],
        }


@admin.register(StatuteParagraph)
class StatuteParagraphAdmin(LockboxAdmin):
    guide = "arbetsflode#ny-lag"
    list_display = ["__str__", "heading", "valid_from", "valid_to"]
    search_fields = ["text", "heading", "=chapter"]
