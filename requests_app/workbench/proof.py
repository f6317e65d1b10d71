"""Proof of what somebody did in a portal, as it is fetched."""

from django.http import HttpResponse

from requests_app.models import Content


def proof_file(proof: Content) -> HttpResponse:
    """Saved and never shown in the page: it came from outside."""
    response = HttpResponse(proof.body, content_type=proof.media_type)
    response.headers["Content-Disposition"] = "attachment; filename=proof"
    return response
