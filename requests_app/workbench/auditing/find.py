"""From a number to the case that has it."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from requests_app.permissions.disposal import disposed_cases_visible_to
from requests_app.selectors.audit.case import LONGEST_NUMBER, cases_numbered
from requests_app.workbench.auditing.page import Audit, auditors_page
from requests_app.workbench.auditing.words import case_url
from requests_app.workbench.pages import guided


@auditors_page
@guided("revisor#att-soka-pa-ett-varde")
def find(audit: Audit) -> HttpResponse:
    """Where there is none, to the list that says so beside the number."""
    number = audit.request.GET.get("number", "").strip()[:LONGEST_NUMBER]
    gone = disposed_cases_visible_to(audit.user).filter(diary_number=number)
    if number and (cases_numbered(audit.user, number) or gone.exists()):
        return HttpResponseRedirect(case_url(number))
    query = urlencode({"case": number})
    return HttpResponseRedirect(f"{reverse('admin:audit')}?{query}")
