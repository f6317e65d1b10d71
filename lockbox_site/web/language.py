"""The choice of a language."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from audit_app.acting import acting
from lockbox_site.web.next_address import our_address


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the person's choice; before sign-in, in a cookie."""
    language = "en" if request.POST.get("language") == "en" else "sv"
    response = HttpResponseRedirect(our_address(request, request.POST.get("next")))
    if request.user.is_authenticated:
        request.user.language = language
        with acting(request.user):
            request.user.save(update_fields=["language"])
    else:
        response.set_cookie("language", language, samesite="Lax", httponly=True)
    return response
