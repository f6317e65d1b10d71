"""What is sent twice, by a second press or from a second tab, is done once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.cases.intake.models.file import Attachment, FileNote
from requests_app.cases.review.models.assessment import Consent
from requests_app.cases.review.models.consultation import Consultation
from tests.cast import hours, provision
from tests.helpers.cases import roles
from tests.helpers.refusals import fresh
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db


def moment(name, count):
    at = hours(count)
    return {f"{name}_0": f"{at:%Y-%m-%d}", f"{name}_1": f"{at:%H:%M}"}


def note(cast):
    return {"text": "Ringde Ann", **moment("happened_at", -3)}


def attach(cast):
    return {"title": "Loggen", "file": SimpleUploadedFile("log.txt", b"Line of a log")}


def consult(cast):
    (role,) = roles(cast.ines)
    return {"people": [role.pk], "question": "Vad?", **moment("due_at", 3)}


def record_consent(cast):
    return {
        "provision": provision("OSL-23-2-st1").pk,
        "whom": "Eleven",
        "what": "Allt",
        "given_by": "self",
        "way": "email",
        **moment("given_at", -3),
    }


@pytest.mark.parametrize(
    ("typed", "model"),
    [
        (note, FileNote),
        (attach, Attachment),
        (consult, Consultation),
        (record_consent, Consent),
    ],
)
def test_it_is_done_once_and_what_was_typed_is_given_back(cast, typed, model):
    subject = cast.assessed()
    client = signed_in(cast.karin)
    url = step_url(subject, typed.__name__.replace("_", "-"))
    seen = {"seen": subject.version}
    assert client.post(url, {**typed(cast), **seen}).status_code == 302
    again = client.post(url, {**typed(cast), **seen})
    assert again.status_code == 409
    assert model.objects.count() == 1
    seen = {"seen": fresh(subject).version}
    assert client.post(url, {**typed(cast), **seen}).status_code == 302
    assert model.objects.count() == 2
