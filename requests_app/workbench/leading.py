"""What leads by the hand whoever has not taken a step for a year, until put away."""

from typing import Any

from django.http import HttpRequest

from audit_app.ledger import Kind, record
from requests_app.catalogue.guides import part
from requests_app.selectors.first_time import is_first_in_a_year, put_away_event
from requests_app.workbench.step_page import StepPage

PUT_AWAY = "put_away"


def put_away(request: HttpRequest, obj: Any, step_name: str) -> bool:
    """Was the button for it pressed? Then it is kept, as a line of the person's."""
    if PUT_AWAY not in request.POST:
        return False
    record(put_away_event(step_name), by=request.user, on=obj, kind=Kind.READ)
    return True


def leading(request: HttpRequest, obj: Any, step_name: str, step: StepPage) -> str:
    """The guide's text, as HTML."""
    is_first = is_first_in_a_year(request.user, obj, step_name)
    return part(step.guide) if is_first else ""
