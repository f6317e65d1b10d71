"""The SCIM server's door."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
@login_not_required
def scim(request: HttpRequest, path: str) -> HttpResponse:
    # Its models take a quarter of what every process needs to begin.
    from lockbox_site.scim.server import answered

    return answered(request, path)
