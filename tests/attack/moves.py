"""What anybody may try at any time: every step of every page on every row, and the forms
by which people, roles and rules are entered."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse

from requests_app.core.people.models import Authority, Role
from requests_app.core.step import Busy, WrongState
from tests.helpers.web import signed_in
from tests.workbench.offers import PAGES
from tests.workbench.words import WORDS

STEPS = sorted((model, name) for model, page in PAGES.items() for name in page.steps)
# A stop ends a case for good: tried now and then, or little else would be.
OFTEN = [step for step in STEPS if step[1] != "stop"] * 5 + [("secrecyreview", "stop")]
# A refusal in so many words. Anything else is a hole, or a page of error.
REFUSED = (PermissionDenied, WrongState, Busy, ValidationError)
# There is nothing to say the usual words about: no colleague, condition or question.
WORDLESS = (ObjectDoesNotExist, LookupError, AttributeError)


def row_of(model: str, number: int) -> Any:
    """One of the rows, whether or not anybody may see it; None where there are none."""
    by_name = {cls._meta.model_name: cls for cls in admin.site._registry}
    rows = by_name[model]._default_manager.order_by("pk")
    count = rows.count()
    return rows[number % count] if count else None


def try_step(model: str, name: str, subject: Any, by: Any) -> bool:
    """Take the step with its usual words, as committed. Was it taken?"""
    by.role_rows = None
    try:
        words = WORDS[model][name](subject, by)
    except WORDLESS:
        return False
    try:
        with transaction.atomic():
            PAGES[model].steps[name].act(subject, by=by, **words)
            connection.check_constraints()
    except REFUSED:
        return False
    return True


def enter(address: str, by: Any, **fields: Any) -> bool:
    """Fill in and send the form by which a row is added. Was it taken?"""
    url = reverse(f"admin:{address}_add")
    with transaction.atomic():
        response = signed_in(by).post(url, fields)
        connection.check_constraints()
    assert response.status_code < 500, (address, fields)
    return response.status_code == 302


def make_account(by: Any, number: int) -> bool:
    name = f"puppet{number}"
    return enter(
        "lockbox_site_user",
        by,
        username=name,
        first_name=name,
        last_name="Docka",
        language="sv",
    )


def give_role(by: Any, person: Any, role: Role, authority: Authority, day: Any) -> bool:
    return enter(
        "requests_app_roleassignment",
        by,
        person=person.pk,
        role=role.value,
        authority=authority.pk,
        valid_from=f"{day:%Y-%m-%d}",
        reason="x",
    )


def enter_delegation(by: Any, person: Any, authority: Authority, day: Any) -> bool:
    return enter(
        "requests_app_delegationrule",
        by,
        authority=authority.pk,
        item_no="9.9",
        title="x",
        decision_type="answer",
        outcomes=["granted", "refused"],
        person=person.pk,
        role="",
        board_decision="§ 1",
        valid_from=f"{day:%Y-%m-%d}",
    )
