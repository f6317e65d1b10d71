"""Somebody asks for a case of Exempelstad: its documents are to be tested."""

from datetime import timedelta

from django.contrib.auth import get_user_model

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import DisclosureTariff, SecrecyReview
from requests_app.workflow.handing_out.document import draw_all
from requests_app.workflow.handing_out.request import record_disclosure_request
from requests_app.workflow.register_change import confirm, save_or_propose


def ask() -> None:
    """For the counsellor's mailbox, of the worked examples."""
    people = get_user_model().objects
    lena = people.get(username="lena")
    case = SecrecyReview.objects.get(access_request__external_id="EXSR418822")
    row = record_disclosure_request(
        case.authority,
        by=lena,
        channel="mail",
        received_at=clock.now() - timedelta(hours=20),
        wording="Hej! Jag vill ta del av hela ärendet om e-postlådan. (Påhittat.)",
        reply_to="nyfiken@example.se",
        case=case,
    )
    draw_all(row, by=lena)
    tariff = DisclosureTariff(
        authority=case.authority, basis="KF 2026-01-26 § 12 (påhittat)"
    )
    with acting(lena):
        change = save_or_propose(tariff, by=lena, reason="Fullmäktiges taxa")
    if change is not None:
        confirm(change, by=people.get(username="karin"))
