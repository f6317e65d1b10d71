"""The reasons of a proposal on the page: what leaving some out takes, beside its field."""

import pytest

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Proposal
from tests.helpers.two_persons import by_two
from tests.helpers.web import errors, signed_in, step_url

pytestmark = pytest.mark.django_db

REFUSED = {
    "outcome": "refused",
    "motivation_internal": "Skäl (26 kap. 1 § OSL).",
    "leaves_out": "no",
}
INSTEAD = {
    "leaves_out": "yes",
    "motivation_for_recipient": "Sekretess enligt 21–40 kap. OSL hindrar det.",
    "left_out_for": "individual",
    "left_out_because": "Det röjer henne.",
    "left_out_weight": "Hon kan utsättas för våld.",
    "told_instead": "Det rör en enskild.",
    "named": ["OSL-23-2-st1"],
}


def post(cast, subject, **typed):
    client = signed_in(cast.karin)
    sent = {"seen": subject.version, **REFUSED, **typed}
    return client.post(step_url(subject, "propose"), sent)


def threatened(cast):
    subject = cast.assigned()
    tested = [
        cast.tested("OSL-23-2-st1", "applies"),
        cast.tested("OSL-21-3-st1", "applies", "En elev lever under hot."),
    ]
    cast.assess(subject, tested=tested, ground="none")
    return SecrecyReview.objects.get(pk=subject.pk)


def test_nothing_is_asked_of_whoever_gives_all_reasons(cast):
    subject = cast.assessed()
    assert post(cast, subject).status_code == 302
    made = Proposal.objects.get()
    assert made.motivation_for_recipient == made.motivation_internal


def test_what_was_typed_for_leaving_out_is_not_kept_where_nothing_is(cast):
    typed = {name: text for name, text in INSTEAD.items() if name != "leaves_out"}
    assert post(cast, cast.assessed(), **typed).status_code == 302
    made = Proposal.objects.get()
    assert made.left_out_for == "" and made.left_out_because is None


@pytest.mark.parametrize(
    "name", ["motivation_for_recipient", "left_out_for", "left_out_because"]
)
def test_each_word_that_lacks_is_asked_for_at_its_field_and_the_rest_stays(cast, name):
    answer = post(cast, cast.assessed(), **{**INSTEAD, name: ""})
    assert list(errors(answer)) == [name]
    shown = answer.content.decode()
    others = ("left_out_because", "left_out_weight", "told_instead")
    assert all(INSTEAD[other] in shown for other in others if other != name)


def test_a_revealing_provision_is_an_error_at_the_choice_until_it_is_left_out(cast):
    subject = threatened(cast)
    answer = post(cast, subject, named=["OSL-23-2-st1"])
    assert "21 kap. 3 §" in str(errors(answer)["leaves_out"])
    assert post(cast, subject, **INSTEAD).status_code == 302


def test_each_provision_says_why_it_may_be_named_or_not(cast):
    subject = threatened(cast)
    page = signed_in(cast.karin).get(step_url(subject, "propose"))
    form = page.context["form"]
    assert form.reveals and form["named"].value() == ["OSL-23-2-st1"]
    labels = dict(form.fields["named"].choices)
    assert "Varje skola har elevhälsa" in labels["OSL-23-2-st1"]
    assert "hot, våld" in labels["OSL-21-3-st1"]


def test_what_the_recipient_reads_is_drafted_by_what_may_be_named(cast):
    subject = threatened(cast)
    page = signed_in(cast.karin).get(step_url(subject, "propose"))
    drafted = page.context["form"]["motivation_for_recipient"].value()
    assert "23 kap. 2 §" in drafted and "21 kap. 3 §" not in drafted
    assert "lever under hot" not in drafted
    both = {"named": ["OSL-23-2-st1", "OSL-21-3-st1"], "draft": "1"}
    start = {name: page.context["form"][name].value() for name in REFUSED}
    texts = {**start, "motivation_for_recipient": drafted, **both}
    texts["drafted"] = page.context["form"].drafted
    anew = post(cast, subject, **texts).context["form"]
    assert "21 kap. 3 §" in anew["motivation_for_recipient"].value()


def test_a_returned_proposal_is_changed_with_what_was_left_out(cast):
    subject = threatened(cast)
    post(cast, subject, **INSTEAD)
    subject.refresh_from_db()
    signed_in(cast.bo).post(
        step_url(subject, "return"),
        {"seen": subject.version, "comment": "Kortare", "no_conflict": "on"},
    )
    form = signed_in(cast.karin).get(step_url(subject, "propose")).context["form"]
    assert form["leaves_out"].value() == "yes"
    for name in ("left_out_because", "told_instead", "motivation_for_recipient"):
        assert form[name].value() == INSTEAD[name]


def test_whether_they_tell_what_is_secret_is_asked_and_nothing_typed_is_lost(cast):
    """OSL 8:1: what is secret is so from the provider too."""
    answer = post(cast, cast.assessed(), leaves_out="")
    assert list(errors(answer)) == ["leaves_out"]
    assert REFUSED["motivation_internal"] in answer.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("regime", "less", "interest"),
    [
        ("kl_legality", "yes", "secrecy"),
        ("internal", "yes", "secrecy"),
        ("fl_full", "", ""),
    ],
)
def test_who_has_no_right_to_reasons_reads_less_until_somebody_says_so(
    cast, regime, less, interest
):
    if cast.gsn.regime != regime:
        by_two(cast.gsn, cast.per, cast.pia, regime=regime)
    page = signed_in(cast.karin).get(step_url(cast.assessed(), "propose"))
    form = page.context["form"]
    assert (form["leaves_out"].value() or "") == less
    assert (form["left_out_for"].value() or "") == interest
    assert ("23 kap. 2 §" in (form["left_out_because"].value() or "")) == bool(less)


def test_of_a_party_nothing_is_left_out_for_secrecy_alone(cast):
    """FL 32 § second paragraph, OSL 10:3."""
    typed = {**INSTEAD, "left_out_for": "secrecy"}
    assert post(cast, cast.assessed(), **typed).status_code == 302
    made = Proposal.objects.get()
    assert made.left_out_for == "secrecy"
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    asked = post(cast, cast.assessed(number="2"), **typed)
    assert list(errors(asked)) == ["left_out_for"]


def test_a_company_is_not_asked_what_osl_asks_of_a_party(cast):
    by_two(cast.gsn, cast.per, cast.pia, kind="company", regime="internal")
    page = signed_in(cast.karin).get(step_url(cast.assessed(), "propose"))
    assert not {"told_instead", "left_out_weight"} & page.context["form"].fields.keys()
