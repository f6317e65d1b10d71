"""Azure, asked by machine: what waits, and what has become of the rest."""

import pytest
from django.core.management import CommandError, call_command

from audit_app import acting
from requests_app.cases.access.restore import marked, to_be_asked
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers.azure import client
from requests_app.providers.azure.arm import next_link
from requests_app.providers.azure.client import AzureLockbox
from requests_app.providers.protocol import Unreachable
from tests.cast import VM
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db


def test_a_poll_takes_in_what_waits_page_by_page(cast, standin):
    standin.page_size = 3
    for number in range(8):
        standin.apply(f"R-{number}", resourceIds=VM)
    assert len(poll_all()) == 8
    assert AccessRequest.objects.count() == 8
    assert poll_all() == []
    assert AccessRequest.objects.first().received_by == "poll"


def test_what_is_no_longer_listed_is_asked_for_by_itself(cast, standin):
    standin.apply("R-1", resourceIds=VM)
    poll_all()
    standin.requests["R-1"]["status"] = "Expired"
    poll_all()
    assert AccessRequest.objects.get().status == "lapsed"


def test_a_request_that_the_provider_forgot_does_not_hide_the_others(cast, standin):
    standin.apply("R-1", resourceIds=VM)
    standin.apply("R-2", resourceIds=VM)
    poll_all()
    del standin.requests["R-1"]
    standin.requests["R-2"]["status"] = "Expired"
    poll_all()
    assert AccessRequest.objects.get(external_id="R-2").status == "lapsed"
    assert AccessRequest.objects.get(external_id="R-1").status == "in_review"
    assert "R-1" in Heartbeat.objects.get(name=f"poll:{cast.azure.pk}").trouble
    assert "R-1" in troubles(Heartbeat.objects.all())[0]
    # Which requests there are is nothing to whoever runs no connection.
    for person, is_told in ((cast.sam, True), (cast.eva, True), (cast.per, False)):
        page = signed_in(person).get("/").content.decode()
        assert ("R-1" in page) is is_told, person


def test_an_answer_given_past_us_is_noticed(cast, standin):
    standin.apply("R-1", resourceIds=VM)
    poll_all()
    standin.requests["R-1"]["status"] = "Approved"
    poll_all()
    assert AccessRequest.objects.get().status == "elsewhere"
    assert SecrecyReview.objects.get().status == "lapsed"


@pytest.mark.parametrize("fault", ["cut", "500", "429", "slow"])
def test_a_provider_that_does_not_answer_is_shown_and_asked_again(cast, standin, fault):
    standin.apply("R-1", resourceIds=VM)
    standin.faults["list"] = [fault]
    poll_all()
    assert troubles(Heartbeat.objects.all()) and not AccessRequest.objects.exists()
    poll_all()
    assert not troubles(Heartbeat.objects.all()) and AccessRequest.objects.exists()
    assert Heartbeat.objects.get(name__startswith="poll").failures == 0


def test_an_unreadable_request_is_kept_once_however_often_it_is_polled(cast, standin):
    standin.apply("R-1", duration={})
    poll_all()
    poll_all()
    assert Arrival.objects.filter(result="not_taken").count() == 1


def test_the_next_page_is_not_fetched_from_another_host(cast, standin):
    connector = AzureLockbox("x")
    with pytest.raises(Unreachable):
        next_link(b'{"nextLink": "http://evil.example/requests"}', connector.base)


def test_after_a_restore_it_is_asked_for_all_before_anything_is_sent(cast, standin):
    """What was received and answered after the backup is in no list of what waits."""
    standin.apply("R-1", resourceIds=VM)
    poll_all()
    standin.apply("R-2", resourceIds=VM, status="Approved")
    poll_all()
    assert AccessRequest.objects.count() == 1
    to_be_asked(acting.now(), using="default")
    (told,) = troubles(Heartbeat.objects.all())
    assert "R-2" not in told and marked() == [cast.azure.pk]
    standin.faults["list"] = ["500"]
    poll_all()
    assert marked() == [cast.azure.pk]
    poll_all()
    assert AccessRequest.objects.get(external_id="R-2").status == "elsewhere"
    assert marked() == [] and troubles(Heartbeat.objects.all()) == []


@pytest.mark.parametrize("broken", ["_authorization", "connect"])
def test_a_connection_without_its_certificate_fails_alone(
    cast, standin, monkeypatch, broken
):
    def missing(_of):
        raise FileNotFoundError(2, "No such file or directory", "/nowhere.pem")

    monkeypatch.setattr(client, broken, missing)
    poll_all()
    (told,) = troubles(Heartbeat.objects.all())
    assert "/nowhere.pem" in told
    with pytest.raises(CommandError, match="/nowhere.pem"):
        call_command("sweep")
    assert not Heartbeat.objects.get(name=Heartbeat.ROUND).failures
