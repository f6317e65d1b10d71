"""History in words: no field of any model shows a code or a key."""

import re

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.functional import Promise

from audit_app.changes import changes, in_words, is_in_words, is_shown
from audit_app.history import Source
from requests_app.audit.lines.read import kinds
from requests_app.cases.intake.models.review import ReviewUserPermission
from requests_app.cases.review.models.assessment import AssessmentAnswer
from requests_app.cases.review.models.decision import Decision, Proposal
from requests_app.cases.review.steps import people
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import machine_account
from requests_app.duty.models.notices import DEFAULT, RequestLadder
from requests_app.duty.steps import copy_ladder
from requests_app.providers.application import TERMS, Kind
from tests.cast import MAILBOX, hours

pytestmark = pytest.mark.django_db

# Typed by people or told by a provider: they read as they stand.
TYPED = {
    "User": "username first_name last_name title identity",
    "Original": "publisher package revoked_reason",
    "Publication": "name title digest revoked_reason",
    "Publisher": "name key feed",
    "Origin": "publisher package kind key title digest",
    "ProcessingPaper": "diary_number contact officer processor contract digest",
    "Authority": "code name diary_pattern diary_example diary_system postal_address email phone"
    " court_contact disk_encryption security_contact managers_agreement",
    "Municipality": "name organisation_number name_ending left_by_decision",
    "SecrecyBranch": "name",
    "MaskedText": "label",
    "DiaryEntry": "system number other_number",
    "SecrecyMark": "document document_name",
    "RecipientNotice": "recipient",
    "ClassificationLabel": "label description",
    "Provider": "name contact",
    "ProviderProduct": "name portal approve_label deny_label promise_source"
    " seal_source",
    "Connection": "name external_id",
    "AccessEvent": "external_id action object_name actor employer service under"
    " perhaps_under unasked",
    "AccessRequest": " ".join(
        ["provider_status", *(term.name for term in TERMS if term.kind == Kind.LINE)]
    ),
    "Arrival": "provider_status",
    "ArrivalHandled": "note",
    "Content": "media_type file_name",
    "DisposedCase": "diary_number disposal_decision",
    "ReceivedMail": "signatures number support_case",
    "RegisterToken": "name",
    "ReplayRun": "premise",
    "ScimToken": "name",
    "AccessibilityStatement": "operator contact_email contact_phone contact_address"
    " answered_within",
    "AccessibilityFault": "criterion",
    "MailRule": "name sender signed_by sealed_by subject_pattern number_pattern"
    " case_pattern tenant",
    # The version of the questions, which has no other name.
    "SecrecyReview": "tree diary_number public_subject treaty_ground",
    "Alteration": "conclusion",
    "Comparison": "conclusion",
    "StatuteParagraph": "statute sfs chapter paragraph heading",
    "Provision": "chapter paragraph title_sv title_en typical_municipal_data note"
    " named_because",
    "AssessmentAnswer": "question proposed_because legal_basis",
    "Assignment": "basis reason end_reason",
    "Attachment": "title",
    "RoleAssignment": "basis employer reason stop_reason combined_because",
    "DelegationRule": "item_no title board_decision",
    "Proposal": "granted_scope named_codes",
    "Decision": "granted_scope named_codes decided_by_name rapporteur_name",
    "BoardReport": "sha256",
    "TransparencyReport": "sha256",
    "ArchiveDelivery": "diary_number cases number digest received_by receipt",
    "InformationSet": "name process_code",
    "SecurityClassification": "reason",
    "CloudSystem": "name",
    "CloudObject": "designation external_id",
    "Lapse": "text",
    "NoticeChannel": "host",
    "Part": "name",
    "Recertification": "name kept_because",
    "PushDevice": "name host end_reason",
    "TurnTaken": "item",
    "RosterGroup": "name feed_host",
    "ContractClient": "name client_id webhook_url",
    "Delivery": "provider_reference",
    "DecisionDocument": "sha256",
    "DisclosedDocument": "key",
    "DisclosureDecision": "sha256",
    "DisclosureTariff": "basis",
    "DisclosureRequest": "number file_sha256",
    "FileNote": "source",
    "Message": "external_id",
    "SideDoor": "place what decision_number",
    "SupportTicket": "name number status other_consents",
    "FirstManagers": "diary_number refusal_reason",
    "DisposalAnswer": "reason",
    "DisposalItem": "diary_number receipt",
    "DisposalRule": "process_code disposal_decision",
    "DrillCall": "trouble",
    "Freeze": "reason lift_reason",
    "IncidentDuty": "reference",
    "IncomingAppeal": "appellant court court_number",
    "OutsideAnswer": "given_by reference",
    "RegisterChange": "row_name reason refusal_reason",
    "RequestedObject": "external_id",
    "LogGap": "why",
    "ProviderLog": "name",
    "ReconciliationRule": "name action reason",
    "RequestForReasons": "applicant",
    "Reservation": "bound",
    "RegisterPage": "address",
    "RetentionRule": "disposal_decision",
    "Revocation": "decided_by_name served_on",
    "ServiceOfDecision": "recipient",
    "SavedAudit": "name seed",
    "StandingAssessment": "assignment processor_agreement impact_assessment revoked_reason",
    "StandingRecipient": "legal_entity purpose transfer_reference",
}
CODES = (models.CharField, models.JSONField, ArrayField)


# Of each table of which the ledger tells every change, what its lines do not say.
LEFT_OUT = """
select parts.relname, arguments[1]::text[] || arguments[3]::text[]
from (
  select relname, string_to_array(encode(tgargs, 'escape'), '\\000') as arguments
  from pg_trigger join pg_class on pg_class.oid = tgrelid
  where tgname = 'audit_ledger') parts
"""


def fields():
    """What a page of history can show: every column that a line or a version tells."""
    ours = kinds()
    with connection.cursor() as cursor:
        left_out_of = dict(cursor.execute(LEFT_OUT).fetchall())
    for table, left_out in left_out_of.items():
        model = ours.get(table)
        for field in model._meta.fields if model else ():
            if field.column not in left_out and is_shown(field):
                yield field


def test_every_field_that_could_hold_a_code_or_a_key_is_shown_in_words():
    silent = {
        f"{field.model.__name__}.{field.name}"
        for field in fields()
        if (field.is_relation or isinstance(field, CODES)) and not is_in_words(field)
    }
    typed = {f"{model}.{name}" for model in TYPED for name in TYPED[model].split()}
    assert silent - typed == set(), "TYPED, or models/history_names.py"
    assert typed - silent == set()


def test_every_field_that_is_shown_has_a_label_in_words():
    bare = [str(one) for one in fields() if not isinstance(one.verbose_name, Promise)]
    assert bare == [], "a verbose name, or UNSHOWN in audit/history_names.py"


def test_every_choice_of_every_model_is_shown_by_its_label():
    for field in fields():
        for value, label in field.flatchoices or ():
            shown = in_words(field, value, {}, {})
            assert shown == str(label), field
            if isinstance(value, str) and re.search("[a-z]_[a-z]", value):
                assert shown != value, field


def told(model, subject, column="review_id"):
    return "\n".join(
        f"{field.label}: {field.after}"
        for entry in changes([Source(model, column, subject.pk)]).transactions
        for change in entry.changes
        for field in change.fields
    )


def test_answers_objects_and_what_is_superseded_are_named(cast):
    subject = cast.decided("refused")
    answers = told(AssessmentAnswer, subject)
    assert "not_needed" not in answers and "subcontractor" not in answers
    assert "Behövs inte" in answers
    for model in (Proposal, Decision):
        text = told(model, subject)
        assert "O-17" in text and not re.search(r"#\d", text), text
    assert "Avslag, 2" in told(Decision, subject)


def test_a_consultation_says_in_which_role_somebody_was_asked(cast):
    subject = cast.assessed()
    people.consult(
        subject,
        by=cast.karin,
        people=RoleAssignment.objects.filter(person=cast.ines),
        question="Vad finns i lådan?",
        due_at=hours(2),
    )
    text = told(type(subject.consultations.get()), subject)
    assert "information_owner" not in text and "nformationsägare" in text
    assert MAILBOX not in text


def test_a_ladder_reads_as_on_its_page_and_who_was_on_duty_by_name(cast):
    """The finding: `{'at': 0, 'by': ['mail', 'push'…], 'person': None}`."""
    subject = cast.assigned().access_request
    roster = {"1": {"review": [cast.karin.pk], "decide": None}}
    roster["2"] = {"review": [cast.karin.pk, cast.lena.pk]}
    copy_ladder(subject, by=machine_account("sweep"), roster=roster)
    text = told(RequestLadder, subject, "access_request_id")
    assert all(str(rung) in text for rung in DEFAULT) and "{" not in text
    assert f"jourlista: {cast.karin}, {cast.lena}" in text


def test_a_right_on_a_case_is_called_as_the_application_calls_it(cast):
    subject = cast.assigned()
    text = told(ReviewUserPermission, subject, "content_object_id")
    assert "rättighet: Får arbeta med prövningen" in text


def test_what_was_written_by_another_hand_stands_as_it_was_written():
    for field in fields():
        if is_in_words(field) and not field.is_relation and not field.choices:
            assert in_words(field, [{"another": 7}], {}, {}), field
