"""Information sets on a named list, on the pages of the map."""

import pytest
from django.urls import reverse

from requests_app.cases.review.steps import decision
from requests_app.core import two_persons
from requests_app.core.two_persons import RegisterChange, changes_to_settle
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetProvision,
)
from tests.cast import MAILBOX
from tests.helpers.people import sees
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import listed_set
from tests.helpers.web import (
    existing,
    fields_of,
    offered,
    page,
    signed_in,
    step_url,
    words,
)

pytestmark = pytest.mark.django_db


def mailbox_set(cast):
    return InformationSet.objects.get(
        authority=cast.gsn, object_links__cloud_object__external_id=MAILBOX
    )


def save_in_form(client, row, more, **changes):
    typed = fields_of(client, row, _reason="A staff matter", **changes)
    for shown in client.get(page(row)).context["inline_admin_formsets"]:
        typed |= existing(shown.formset)
    return client.post(page(row), typed | more, follow=True)


def test_a_set_is_put_on_a_list_by_two_persons_in_their_forms(cast):
    held, ines, ivar = mailbox_set(cast), signed_in(cast.ines), signed_in(cast.ivar)
    named = {"named_people-TOTAL_FORMS": 1, "named_people-0-person": cast.bo.pk}
    answer = save_in_form(ines, held, named, is_named_list="on")
    assert "Väntar på en andra person" in words(answer)
    assert not fresh(held).is_named_list and not held.named_people.exists()
    naming, listing = RegisterChange.objects.order_by("act")
    assert "Väntar på en andra person" in words(ines.get(page(held)))
    assert offered(ines, naming) == {"withdraw"}
    assert words(ivar.get(reverse("admin:index"))).count("Bekräfta ändringen") == 2
    for change in (naming, listing):
        assert offered(ivar, change) == {"confirm", "refuse"}
        shown = words(ivar.get(step_url(change, "confirm")))
        assert ("Bo Test" if change == naming else "”Nej” blir ”Ja”") in shown
        typed = {"do": "1", "seen": change.version}
        assert ivar.post(step_url(change, "confirm"), typed).status_code == 302
    assert fresh(held).is_named_list
    assert held.named_people.get().person == cast.bo


def test_a_guarded_field_is_not_changed_without_a_reason(cast):
    held, ines = mailbox_set(cast), signed_in(cast.ines)
    answer = save_in_form(ines, held, {"_reason": ""}, is_named_list="on")
    assert "is_named_list" in answer.context["adminform"].form.errors
    assert not RegisterChange.objects.exists()


def test_nobody_names_themselves_in_the_form(cast):
    held, ines = mailbox_set(cast), signed_in(cast.ines)
    named = {"named_people-TOTAL_FORMS": 1, "named_people-0-person": cast.ines.pk}
    assert "Ingen namnger sig själv" in words(save_in_form(ines, held, named))
    assert not RegisterChange.objects.exists()


def test_a_set_put_on_a_list_leaves_the_reviews_that_run(cast):
    subject = cast.proposed()
    listed_set(cast, cast.jonas)
    everyone = (cast.lena, cast.karin, cast.bo, cast.agnes)
    assert all(sees(person, fresh(subject)) for person in everyone)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    new = cast.new(number="EXSR2")
    assert new.is_named_list and sees(cast.jonas, new) and not sees(cast.lena, new)


def test_an_object_found_to_hold_a_set_on_a_list_waits_for_a_second_person(cast):
    subject = cast.assigned()
    servers = InformationSet.objects.get(name="Servers")
    held = listed_set(cast, cast.bo, information_set=servers)
    found = subject.requested_objects.get().cloud_object
    client = signed_in(cast.ines)
    (shown,) = client.get(page(found)).context["inline_admin_formsets"]
    prefix = shown.formset.prefix
    more = {f"{prefix}-TOTAL_FORMS": 2, f"{prefix}-1-information_set": held.pk}
    save_in_form(client, found, more)
    change = changes_to_settle(cast.per).get()
    assert found.information_links.count() == 1
    two_persons.confirm(change, by=cast.per)
    assert found.information_links.count() == 2
    assert sees(cast.agnes, fresh(subject))
    assert not sees(cast.lena, cast.new(number="EXSR2"))


def test_a_provision_is_told_from_others_of_its_paragraph_where_it_is_chosen(cast):
    """The finding: two wordings of one ground stood in the list by the same name."""
    field = InformationSetProvision._meta.get_field("provision")
    typed = {
        "term": "23",
        "app_label": field.model._meta.app_label,
        "model_name": field.model._meta.model_name,
        "field_name": field.name,
    }
    answer = signed_in(cast.ines).get(reverse("admin:autocomplete"), typed).json()
    names = [row["text"] for row in answer["results"]]
    assert len(names) == len(set(names)) > 5
    assert any(name.endswith("Förskola") for name in names)


def test_a_new_row_is_asked_no_reason_where_nobody_else_confirms_it(cast):
    """The finding: it was said to wait for a second person, and did not."""
    add = reverse("admin:requests_app_connection_add")
    assert "_reason" not in signed_in(cast.sam).get(add).content.decode()
    add = reverse("admin:requests_app_informationset_add")
    assert "_reason" in signed_in(cast.ines).get(add).content.decode()
    assert "_reason" in signed_in(cast.sam).get(page(cast.m365)).content.decode()
