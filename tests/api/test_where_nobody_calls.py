"""An answer that the provider was to fetch, and that nobody fetches any more."""

import pytest

from requests_app.cases.access import clients
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.rights.involvement import can_answer
from requests_app.desk.queue.everything import work_for
from tests.helpers.cases import decide
from tests.helpers.two_persons import changed_by_managers
from tests.selectors.test_turn import line_of

pytestmark = pytest.mark.django_db


def end_the_client(cast, caller):
    clients.end_client(caller.client, by=cast.sam, reason="The agreement has ended")


def end_the_connection(cast, caller):
    changed_by_managers(cast, cast.contract, is_active=False)


@pytest.mark.parametrize("end", [end_the_client, end_the_connection])
def test_the_executor_gives_the_answer_that_nobody_can_fetch(cast, caller, end):
    caller.apply()
    decide(cast)
    assert work_for(cast.eva) == []  # the provider fetches it
    subject = SecrecyReview.objects.get()
    assert "Eva Test" not in line_of(cast.agnes, subject)
    end(cast, caller)
    assert caller.get("/requests/P-1").status_code == 401
    assert can_answer(cast.eva, Delivery.objects.get())
    assert [row.name for row in work_for(cast.eva)] == ["P-1"]
    assert "Eva Test" in line_of(cast.agnes, subject)
