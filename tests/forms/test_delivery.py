"""The forms of an answer and of a revocation."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.models import Delivery
from tests.helpers.web import offered, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.mark.parametrize(
    "name, body, accepted",
    [
        ("bild.png", PNG, True),
        ("bild.exe", PNG, True),
        ("bild.png", b"MZ\x90", False),
        ("stor.png", PNG + b"0" * (5 * 1024 * 1024), False),
    ],
)
def test_proof_is_a_picture_or_pdf_by_what_it_holds(cast, name, body, accepted):
    task = cast.decided().access_request.deliveries.get()
    now = timezone.localtime()
    typed = {
        "given_at_0": f"{now:%Y-%m-%d}",
        "given_at_1": f"{now:%H:%M}",
        "no_conflict": "on",
        "proof": SimpleUploadedFile(name, body, "image/png"),
    }
    eva = signed_in(cast.eva)
    response = eva.post(step_url(task, "confirm"), typed)
    task = Delivery.objects.get()
    assert (response.status_code == 302) == accepted
    assert (task.proof is not None) == accepted
    if accepted:
        fetched = eva.get(reverse("admin:requests_app_delivery_proof", args=[task.pk]))
        assert fetched.content == body
        assert fetched.headers["Content-Type"] == "image/png"


def test_the_provider_reads_its_own_reason_for_a_revocation(cast):
    grant = cast.answered().access_request.grants.get()
    bo = signed_in(cast.bo)
    assert "revoke" in offered(bo, grant)
    typed = {
        "ground": "proviso",
        "reason": "It reads too much",
        "reason_for_recipient": "Stop at once",
    }
    assert bo.post(step_url(grant, "revoke"), typed).status_code == 302
    task = Delivery.objects.get(answer="revoke")
    shown = words(signed_in(cast.eva).get(page(task)))
    assert "Stop at once" in shown and "It reads too much" not in shown
    assert "revoke" not in offered(bo, grant)


def test_a_clock_that_went_back_is_a_clear_error_and_no_dead_end(cast):
    """The finding: whatever time was written, it lay in the future."""
    task = cast.decided().access_request.deliveries.get()
    now = timezone.localtime()
    typed = {
        "given_at_0": f"{now:%Y-%m-%d}",
        "given_at_1": f"{now:%H:%M}",
        "provider_reference": "SR-17",
        "no_conflict": "on",
    }
    eva = signed_in(cast.eva)
    with acting.at(task.created_at - timedelta(hours=2)):
        refused = eva.post(step_url(task, "confirm"), typed)
        assert "Serverns klocka går fel" in words(refused)
        assert list(refused.context["form"].errors) == ["given_at"]
        assert "SR-17" in words(refused)
    assert eva.post(step_url(task, "confirm"), typed).status_code == 302
