"""Pages outside the admin: health, and the choice of language."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import Heartbeat


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers and the sweep goes round, else 503."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    beat = Heartbeat.objects.filter(name="sweep").first()
    alive = beat is not None and not beat.stopped(clock.now())
    return JsonResponse(
        {"database": "ok", "sweep": "ok" if alive else "stopped"},
        status=200 if alive else 503,
    )


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the person's choice; before sign-in, in a cookie."""
    language = "en" if request.POST.get("language") == "en" else "sv"
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.user.is_authenticated:
        request.user.language = language
        with acting(request.user):
            request.user.save(update_fields=["language"])
    else:
        response.set_cookie("language", language, samesite="Lax", httponly=True)
    return response
