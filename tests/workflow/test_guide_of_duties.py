"""The guide tells from what each clock of an incident runs, and for how long: held
against what the steps begin (docs/arbetsflode.md, step 10)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.steps import afterwards
from requests_app.oversight.models import Deviation, IncidentDuty
from requests_app.oversight.steps import acts, incidents
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db

GUIDE = Path(settings.BASE_DIR) / "docs" / "arbetsflode.md"
FOUND = "att avvikelsen upptäcks"
STOPPED = "ett stopp för säkerhetsskydd"
GOES_ON = "att slutrapporten inte kan lämnas för att incidenten pågår"
PROMPT = 7  # hours, and those of no law
TOLD = {
    timedelta(hours=24): "24 timmar",
    timedelta(hours=72): "72 timmar",
    timedelta(hours=PROMPT): "det antal timmar som myndigheten har angett",
}


def guide():
    """By the name of the duty: from what, and by when."""
    passage = GUIDE.read_text().split("**Anmälningar om incident.**")[1]
    lines = passage.split("11. **")[0].splitlines()
    rows = [line.strip().strip("|").split(" | ") for line in lines if "|" in line]
    _head, _rule, *told = [[cell.strip() for cell in row] for row in rows]
    return {name: (set(begins.split("; ")), due) for name, begins, due in told}


def duties(kinds):
    with translation.override("sv"):
        return {str(IncidentDuty.Kind(kind).label) for kind in kinds}


def begun_by(rows):
    return {row.kind for row in rows}


@pytest.fixture
def found(cast):
    """A deviation, where the authority has said what promptly is."""
    with acting_as(cast.per):
        board = cast.gsn
        board.prompt_hours = PROMPT
        board.save()
    told = {"happened_at": acting.now(), "action": "read", "object_name": "another"}
    acts.record_act(cast.answered(), by=cast.karin, **told)
    return Deviation.objects.get()


def goes_on(cast, found):
    """The final report is due, and the incident is not over."""
    acts.take(fresh(found), by=cast.dora)
    known = {"outcome": "incident", "conclusion": "It goes on."}
    acts.conclude(fresh(found), by=cast.dora, **known)
    final = IncidentDuty.objects.get(kind="cyber8")
    told = {"reported_at": acting.now(), "reference": "1", "report": "It goes on."}
    incidents.record_report(final, by=cast.ivar, goes_on=True, **told)


def test_every_duty_is_told_of_with_what_begins_it(cast, found):
    by_deviation = begun_by(IncidentDuty.objects.all())
    afterwards.stop(cast.assessed(number="EXSR2"), by=cast.karin, level="suspected")
    by_stop = begun_by(IncidentDuty.objects.filter(deviation=None))
    before = begun_by(IncidentDuty.objects.all())
    goes_on(cast, found)
    by_report = begun_by(IncidentDuty.objects.all()) - before
    begins = {FOUND: by_deviation, STOPPED: by_stop, GOES_ON: by_report}
    told = guide()
    assert set(told) == duties(IncidentDuty.Kind.values)
    for event, kinds in begins.items():
        assert {name for name, row in told.items() if event in row[0]} == duties(kinds)
    assert set().union(*(events for events, _due in told.values())) == set(begins)


def test_each_clock_is_told_of_as_long_as_it_runs(cast, found):
    told = guide()
    for row in IncidentDuty.objects.exclude(kind="cyber8"):
        (name,) = duties([row.kind])
        assert told[name][1] == TOLD[row.due_at - row.known_at], name
    final = IncidentDuty.objects.get(kind="cyber8")
    report = IncidentDuty.objects.get(kind="cyber6")
    assert final.due_at == incidents.a_month_after(report.due_at)
    (name,) = duties(["cyber8"])
    assert told[name][1] == "en månad efter incidentanmälan"
    goes_on(cast, found)
    status = IncidentDuty.objects.get(kind="cyber8st")
    assert status.due_at == final.due_at
    (name,) = duties(["cyber8st"])
    assert told[name][1] == "när slutrapporten skulle ha lämnats"
