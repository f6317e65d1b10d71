"""Decisions that are made up, and freezes and conflicts beside them."""

from datetime import timedelta

from django.utils import timezone
from psycopg.types.json import Jsonb

from requests_app.core.calendar import is_office_hours


def declare(f, w, subject, person, **changes):
    fields = {"stage": "decision", "has_conflict": False, "ground": "", **changes}
    return f.make(
        "conflictdeclaration",
        review_id=subject.pk,
        person_id=person,
        declared_at=timezone.now(),
        **fields,
    )


def decide(f, w, subject=None, actor=None, **changes):
    """A decision as the workflow would write it, but for the changes."""
    subject = subject or w.proposed
    f.acts(w.bo)
    declare(f, w, subject, w.bo)
    f.acts(actor or w.bo)
    proposal = subject.proposals.get(status="open")
    same = (
        *("outcome", "revision", "granted_minutes", "granted_scope", "ground"),
        *("left_out_for", "named_codes"),
    )
    fields = {
        **{name: getattr(proposal, name) for name in same},
        "object_ids": proposal.object_ids,
        "part_ids": proposal.part_ids,
        "motivation_internal_id": proposal.motivation_internal_id,
        "motivation_for_recipient_id": proposal.motivation_for_recipient_id,
        "proposal_id": proposal.pk,
        "review_id": subject.pk,
        "decided_by_id": w.bo,
        "decided_by_name": "Bo Test",
        "rapporteur_id": w.karin,
        "rapporteur_name": "Karin Test",
        "decided_at": timezone.now(),
        "delegation_rule_id": w.rule.pk,
        "delegation_snapshot": Jsonb(
            {"item_no": w.rule.item_no, "board_decision": w.rule.board_decision}
        ),
        "security_protection": "no",
        "regime": "internal",
        "answer": "approve" if proposal.outcome == "granted" else "deny",
    }
    pk = f.make("decision", **{**fields, **changes})
    if not is_office_hours(timezone.now()):
        _look_at_it_afterwards(f, pk, subject)
    return pk


def _look_at_it_afterwards(f, decision, subject):
    """What is decided at night is looked at, or the database refuses it."""
    f.make(
        "subsequentreview",
        decision_id=decision,
        review_id=subject.pk,
        reasons=["night"],
        due_at=timezone.now() + timedelta(days=2),
        conclusion="",
        version=0,
    )


def set_freeze(f, w):
    f.acts(w.ivar)
    f.make(
        "freeze",
        authority_id=w.gsn,
        product_id=w.product,
        covers_all=False,
        country="",
        reason="x",
        begins_at=timezone.now(),
        made_by_id=w.ivar,
        lift_reason="",
        version=0,
    )


def back_dated_past_a_freeze(f, w):
    set_freeze(f, w)
    decide(f, w, decided_at=timezone.now() - timedelta(minutes=10))


def with_the_clock_set(f, w):
    f.run("select set_config('lockbox.clock', '2020-01-01T00:00Z', true)")
    decide(f, w, decided_at="2020-01-01T00:00Z")


def letting_the_clock_be_set(f, w):
    f.run("insert into audit_app_setclock default values")


def of_class_four(f, w):
    f.acts(w.ines)
    link = w.proposed.requested_objects.get().cloud_object.information_links.get()
    f.make(
        "securityclassification",
        information_set_id=link.information_set_id,
        valid_from=timezone.localdate(),
        confidentiality=4,
        integrity=1,
        availability=1,
        traceability=1,
        reason="x",
    )
    decide(f, w)


def with_a_conflict_in_what_it_extends(f, w):
    f.acts(w.bo)
    declare(f, w, w.given, w.bo, has_conflict=True, ground="close", stage="assessment")
    f.change(
        "accessrequest",
        w.proposed.access_request_id,
        extends_id=w.given.access_request_id,
    )
    decide(f, w)


def under_a_rule_for_standing_assessments(f, w):
    f.acts(w.lena)
    rule = f.insert(
        "delegationrule",
        authority_id=w.gsn,
        item_no=w.rule.item_no,
        title="x",
        decision_type="standing",
        outcomes=["granted"],
        may_subdelegate=False,
        is_head=False,
        elected_as="",
        report_to_board=True,
        role="decision_maker",
        board_decision=w.rule.board_decision,
        valid_from="2020-01-01",
        made_by_id=w.lena,
        version=0,
    )
    f.tell("delegationrule", rule)
    f.acts(w.karin)
    f.change(
        "delegationrule",
        rule,
        confirmed_by_id=w.karin,
        confirmed_at=timezone.now(),
    )
    decide(f, w, delegation_rule_id=rule)
