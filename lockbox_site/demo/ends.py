"""What becomes of cases of Exempelstad that are closed: a rule of disposal, a list with each
of the answers, and a delivery to the archive. All of it is invented, and the list is of a
year to come: nothing in the city is old enough."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from audit_app import clock
from audit_app.acting import acting
from lockbox_site.demo.people import people
from lockbox_site.demo.second_person import by_two
from requests_app.background.documents import draw_up
from requests_app.documents import render
from requests_app.law.disposal import ANSWERABLE, obstacles_of
from requests_app.models import Authority, DisposalRule, SecrecyReview
from requests_app.permissions.roles import today
from requests_app.workflow import disposal, document
from requests_app.workflow.archive_delivery import note_receipt, take_out

RETAINED = "Följs upp i en utvärdering (påhittat, som listan och dess dag)"


def end_cases() -> None:
    board = Authority.objects.get(code="NIS")
    by_two(
        DisposalRule(
            authority=board,
            matter="access",
            process_code="2.3.1",
            disposal_decision="NIS 2026-0117 § 9 (påhittat)",
            years=1,
            valid_from=today(),
        )
    )
    _list(board)
    if not render.hindrance():
        _deliver(board)


def _list(board: Authority) -> None:
    """Some cases are to be destroyed, one goes to the archive, and one is retained."""
    new_year = today().replace(year=today().year + 2, month=1, day=2)
    morning = datetime.combine(new_year, time(9), timezone.get_default_timezone())
    with clock.at(morning):
        drawn = disposal.draw_up(by=people.lena, authority=board, until=today())
        with acting(people.lena):  # by the clock that is set
            whys = obstacles_of(drawn)
        free = [key for key, why in whys.items() if why in ANSWERABLE]
        items = list(drawn.items.filter(pk__in=free).order_by("pk"))
        for answer, some in (("destroy", items[:3]), ("transfer", items[3:4])):
            disposal.answer(drawn, by=people.lena, items=some, answer=answer)
            drawn.refresh_from_db()
        disposal.retain(
            drawn,
            by=people.karin,
            items=items[4:5],
            until=today() + timedelta(days=900),
            reason=RETAINED,
        )


def _deliver(board: Authority) -> None:
    """A closed case with its documents, which the archive has."""
    closed = SecrecyReview.objects.filter(authority=board, status="closed")
    case = closed.earliest("closed_at")
    with render.pen() as draw:
        for decision in document.not_drawn_up().filter(review=case):
            with clock.at(decision.decided_at):
                draw_up(decision, by=decision.decided_by, draw=draw)
    out = take_out(by=people.lena, authority=board, number=case.diary_number)
    out.file.close()
    note_receipt(
        out.delivery,
        by=people.lena,
        received_by="Stadsarkivet i Exempelstad (påhittat)",
        receipt="A 2026:17 (påhittat)",
        received_at=clock.now(),
        digest=out.delivery.digest,
    )
