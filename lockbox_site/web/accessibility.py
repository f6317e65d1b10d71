"""The statements on accessibility, as everybody reads them."""

from django.contrib.admin import site
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from requests_app.models import AccessibilityStatement

# Where anybody reports what does not work, in Digg's own service.
DIGG = "https://www.digg.se/tdosanmalan"


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the act on accessibility (2018:1937, 13 §) asks for."""
    statements = AccessibilityStatement.objects.prefetch_related("faults")
    context = {
        **site.each_context(request),
        "title": _("Accessibility statement"),
        "statements": statements,
        "digg": DIGG,
    }
    return TemplateResponse(request, "lockbox/site/accessibility.html", context)
