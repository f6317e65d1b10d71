"""Every form that is kept while somebody types, and somebody to whom it is offered."""

from types import SimpleNamespace

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.core.drafts import is_cleared_already
from requests_app.core.pages.case import CaseAdmin
from requests_app.core.people.rights import MANAGERS, authorities_of, remember_roles
from requests_app.core.step import as_owner, machine_account, relation_to
from requests_app.organisation.law import PLANS
from tests.cast import PASSWORD
from tests.workbench.offers import PAGES, seen_by

# Where something new begins, by a form of its own.
BEGINNINGS = {
    model._meta.model_name: model_admin
    for model, model_admin in admin.site._registry.items()
    if isinstance(model_admin, CaseAdmin) and model_admin.begins_with
}


def asks(person):
    """A request for a page, as far as an admin page looks at it."""
    return SimpleNamespace(user=person, method="GET", GET={})


def plans_of_roles(person):
    """The forms of plans of roles for whoever manages somewhere, as `steps_to_take`."""
    own = sorted(authorities_of(person, *MANAGERS))[:1]
    return {
        ("role_plan", f"{number}"): (
            person.username,
            reverse("admin:role_plan", args=[authority, number]),
            False,
        )
        for authority in own
        for number in PLANS
    }


def steps_to_take():
    """Every form that is kept, of a step, of what begins or of a plan of roles: its
    address, and somebody to whom it is offered; of a case that is cleared, where there
    is one."""
    found = {}
    for person in people():
        remember_roles(person)
        found |= plans_of_roles(person)
        for model, beginning in BEGINNINGS.items():
            if beginning.has_add_permission(asks(person)):
                url = reverse(f"admin:requests_app_{model}_add")
                found[model, "add"] = (person.username, url, False)
        for model, subject in seen_by(person):
            remember_roles(person)
            relation = relation_to(person, subject)
            pages, is_cleared = PAGES[model], is_cleared_already(subject)
            for button in pages.buttons(asks(person), subject, relation):
                name = button["url"].rstrip("/").rpartition("/do/")[2]
                step = pages.steps.get(name)
                if step is None or not step.keeps:
                    continue
                known = found.get((model, name))
                if known is None or (is_cleared and not known[2]):
                    found[model, name] = (person.username, button["url"], is_cleared)
    return found


def people():
    """Everybody who works here, able to sign in."""
    rows = get_user_model().objects.filter(is_machine=False, is_active=True)
    for person in rows.order_by("pk"):
        if not person.check_password(PASSWORD):
            person.set_password(PASSWORD)
            with acting_as(machine_account("system")), as_owner():
                person.save()
        yield person


def every_form():
    steps = {
        (model, name)
        for model, pages in PAGES.items()
        for name, step in pages.steps.items()
        if step.keeps
    }
    plans = {("role_plan", f"{number}") for number in PLANS}
    return steps | plans | {(model, "add") for model in BEGINNINGS}
