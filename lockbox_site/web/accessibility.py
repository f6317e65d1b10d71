"""The statement on accessibility."""

from django.contrib.admin import site
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement that the act on accessibility (2018:1937) asks for."""
    context = {**site.each_context(request), "title": _("Accessibility statement")}
    return TemplateResponse(request, "lockbox/site/accessibility.html", context)
