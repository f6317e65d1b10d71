"""Every page, as roles that are drawn at each run, looked through by axe-core (WCAG 2.2 A and AA), in light and
dark, and as it is spoken: headings in order, controls with names, help and messages."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse

from requests_app.audit import steps
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import dialogue
from requests_app.core.people.models import RoleAssignment
from requests_app.desk.sweep import sweep
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import ProviderProduct
from requests_app.registers.models.information import InformationSet
from tests.browser.looking import (
    LOOK,
    LOOKED_THROUGH,
    look,
    looker,
)
from tests.cast import PEOPLE
from tests.helpers.channels import channel_of
from tests.helpers.drawn import drawn
from tests.helpers.people import enter
from tests.helpers.register_pages import page_by_two
from tests.helpers.saved_audits import answered, draw
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]

FAILURE = Path(__file__).parents[2] / "templates" / "500.html"
# Who reads a case, who sees its outer life only, who answers: three different pages.
WATCHED = ("karin", "per", "eva")


def lists():
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]


def cases(cast):
    """A case in each state that has pages of its own."""
    cast.request(number="LOOSE", objects=("nobody@knows.example",))
    asked = cast.assessed(number="ASKED")
    dialogue.ask(asked, by=cast.karin, text="Vilka loggar?")
    reviews = [
        cast.new(number="NEW"),
        cast.registered(number="REGISTERED"),
        cast.assigned(number="ASSIGNED"),
        asked,
        cast.proposed(number="PROPOSED"),
        cast.decided(number="DECIDED"),
        cast.answered(number="ANSWERED"),
    ]
    requests = [AccessRequest.objects.get(external_id="LOOSE")]
    requests += [row.access_request for row in reviews[-2:]]
    answers = [row.deliveries.get() for row in requests[1:]]
    return [*reviews, *requests, *answers, requests[-1].grants.get()]


def registers():
    models = (DelegationRule, InformationSet, ProviderProduct, RoleAssignment)
    return [model.objects.first() for model in models]


def test_the_pages_of_cases_are_for_everybody_with_work_in_them(cast, look):
    found = cases(cast)
    sweep()
    for name in drawn(("karin", "per", "eva", "lena", "bo", "nils"), 3):
        look.sign_in(getattr(cast, name))
        for obj in found:
            look.case(obj, once=None if name in WATCHED else (type(obj),))
    assert len(look.seen) > 20


def test_the_start_page_and_every_list_are_for_every_role(cast, look):
    cases(cast)
    roles = {role: name for name, (role, _code) in PEOPLE.items()}
    for name in drawn(roles.values(), 5):
        look.sign_in(getattr(cast, name))
        look.if_open("/")
        look.if_open(reverse("admin:registers"))
        for name in ("public_register", "diary", "overview", "months"):
            look.if_open(reverse(f"admin:{name}"))
        for address in lists():
            alike = None if "secrecyreview" in address else address
            look.if_open(address, once=alike)
    assert len(look.seen) > 20


def test_the_pages_of_auditors_are_for_everybody(cast, look):
    review = cast.answered()
    look.sign_in(cast.agnes)
    case = f"/revision/case/{review.diary_number}/"
    pages = ("decisions", "roles", "reading", "figures", "patterns", "verdict")
    for path in ("", "?case=none&field=none", *(f"{name}/" for name in pages)):
        look.at(f"/revision/{path}")
    for path in ("outside/?compare=1", f"person/{cast.karin.pk}/"):
        look.at(f"/revision/{path}")
    look.at(f"/revision/person/{cast.karin.pk}/")
    for path in (case, f"{case}?reads=with", f"{case}readers/", f"{case}sight/"):
        look.at(path)
    audit = draw(cast, size=1)
    sampled = audit.cases.get()
    answered(cast, sampled, reasons=("no", "Short."), in_time=("yes",))
    one = f"/revision/audits/{audit.pk}/"
    for path in ("/revision/audits/", "/revision/audits/draw/", one, f"{one}end/"):
        look.at(path)
    look.at(f"{one}case/{sampled.review_id}/")
    steps.end(audit, by=cast.agnes, conclusion="As it should be.")
    look.at(one)


def test_registers_sign_in_and_errors_are_for_everybody(cast, look):
    look.at("/login/")
    look.at(reverse("public_ledger"))
    look.at(reverse("published_register", args=[page_by_two(cast).address]))
    look.sign_in(cast.karin)
    look.at("/nowhere/", status=404)
    look.at("/revision/", status=403)
    look.at("/password_change/")
    look.at(reverse("admin:notices"))
    review = cast.answered()
    look.at(page(review, "history"))
    look.at(page(review, "who"))
    look.at(page(review, "documents"))
    look.sign_in(cast.lena)
    look.at(reverse("admin:requests_app_accessrequest_add"))
    look.at(step_url(review, "mark-secret"))
    for name in drawn(("sam", "ines", "lena", "agnes"), 2):
        look.sign_in(getattr(cast, name))
        for row in registers():
            look.case(row)
            opts = row._meta
            add = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
            look.if_open(add, once=add)
    assert len(look.seen) > 4


def test_roles_that_wait_and_channels_are_for_everybody(cast, look):
    for name, by in (("dpo", cast.per), ("auditor", cast.per), ("registrar", cast.pia)):
        enter(cast, cast.jonas, name, by=by)
    channel = channel_of(cast)
    look.sign_in(cast.pia)
    look.at(reverse("admin:waiting_roles", args=[cast.gsn.pk]) + "?all")
    look.at(reverse("admin:requests_app_noticechannel_add"))
    look.case(channel)
    assert len(look.seen) == 2


def test_the_page_of_a_failure_is_readable(looker):
    shown = looker.new_page()
    shown.set_content(FAILURE.read_text("utf-8"))
    assert shown.evaluate(LOOK) == []
    shown.close()
