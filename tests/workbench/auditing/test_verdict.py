"""What today's verdict rests on, and that every page says where nobody outside has seen
the ledger."""

import pytest
from django.db import connection
from django.urls import reverse

from audit_app.models import Checkpoint, LedgerEntry
from audit_app.reconcile import What, checks_rounds
from audit_app.sealing import keys, outside, sealer
from audit_app.sealing.outside import seen_outside
from audit_app.verifying.proofs import WITNESS, note_from
from requests_app.audit.pages.page import PAGES
from requests_app.audit.selectors.record import COMPARED, is_of
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import seal_ledger
from tests.cast import Cast
from tests.helpers.disposing import BASIS, dispose
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import fetch, lines, signed_in, words

pytestmark = pytest.mark.usefixtures("undone")
NOBODY = "Ingen utanför huset har sett händelseloggen"


@pytest.fixture(scope="module")
def cast(once):
    cast = Cast()
    cast.decided(number="EXSR500")
    connection.check_constraints()
    return cast


def page(reader):
    response, queries = fetch(signed_in(reader), reverse("admin:audit_verdict"))
    assert len(queries) <= 12, lines(queries)
    return response


def row(response, what):
    (found,) = [one for one in response.context["rows"] if what in str(one.what)]
    return found


def test_each_check_and_each_finding_is_told_in_one_group():
    for check in checks_rounds("default"):
        groups = [group for group in COMPARED if is_of(group, check.name)]
        assert len(groups) == 1, check.name
    told = [what for group in COMPARED for what in group.findings]
    assert sorted(told) == sorted(What)


def test_without_a_checkpoint_nothing_is_proved(cast):
    response = page(cast.agnes)
    chain = row(response, "kedja")
    assert (chain.state, str(chain.result)) == ("stop", "bevisas inte")
    assert "hel" not in words(response).split()


def test_checkpoints_and_keys_are_counted_and_what_came_after_is_not_proved(
    cast, settings, tmp_path
):
    configure(settings, tmp_path)
    assert seal_ledger() == []
    Cast().new(number="MORE")
    response = page(cast.agnes)
    assert row(response, "kedja").against == "1 kontrollpunkt, 1 nyckel"
    assert str(row(response, "efter den senaste").result) == "bevisas inte ännu"
    assert str(row(response, "utanför").result) == "av ingen"


def test_every_page_says_that_nobody_outside_has_seen_it(cast, settings, tmp_path):
    configure(settings, tmp_path)
    assert seal_ledger() == []
    agnes = signed_in(cast.agnes)
    addresses = [reverse(f"admin:{name}") for name, *_rest in PAGES]
    for address in addresses:
        assert NOBODY in words(agnes.get(address)), address
    go_live = reverse("admin:go_live", args=[cast.gsn.pk])
    assert NOBODY in words(signed_in(cast.per).get(go_live))
    sql("select audit_ledger_handed_out(%s)", Checkpoint.objects.get().size)
    seal_ledger()
    for address in addresses:
        assert NOBODY not in words(agnes.get(address)), address
    assert NOBODY not in words(signed_in(cast.per).get(go_live))
    assert agnes.get("/healthz").json()["seen_outside"]


@pytest.fixture
def witness(settings, tmp_path):
    by = keys.make("witness.example/w", WITNESS)
    settings.LEDGER_POLICY = str(tmp_path / "policy")
    (tmp_path / "policy").write_text(f"witness w {by.public}\nquorum none\n")
    return by


def test_who_has_seen_it_is_told_with_when_and_how_far(
    cast, settings, tmp_path, witness
):
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    newest = Checkpoint.objects.get()
    line = witness.cosign(note_from(newest.note).text, 1_795_000_000).line
    sql(
        "select audit_ledger_cosigned(%s, %s, %s)",
        newest.size,
        str(witness.public),
        line,
    )
    (seen,) = seen_outside("default")
    assert (seen.who, seen.size) == (witness.name, newest.size)
    assert seen.at.timestamp() == 1_795_000_000
    Cast().new(number="MORE")
    told = row(page(cast.agnes), "utanför")
    assert told.against == witness.name and told.state == "ok"
    assert f"{newest.size} rader; de " in told.notes[0]


def test_what_no_known_witness_signed_is_not_seen(cast, settings, tmp_path, witness):
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    newest = Checkpoint.objects.get()
    stranger = keys.make("stranger.example/w", WITNESS)
    text = note_from(newest.note).text
    for key, line in (
        (stranger, stranger.cosign(text, 1).line),
        (witness, stranger.cosign(text, 1).line),
    ):
        sql(
            "select audit_ledger_cosigned(%s, %s, %s)",
            newest.size,
            str(key.public),
            line,
        )
    sql("select audit_ledger_stamped(%s, 'no stamp')", newest.size)
    assert seen_outside("default") == []
    seal_ledger()
    assert Heartbeat.objects.get(name=Heartbeat.OUTSIDE).trouble


def test_a_difference_is_counted_where_it_belongs(cast):
    behind_our_back(
        "audit_app_disagreement",
        "insert into audit_app_disagreement (what, object_type, object_id, found_at,"
        " session_user_name, db_role, digest) values ('row', 'x', '1', now(), '', '', '')",
    )
    response = page(cast.agnes)
    (rows,) = [one for one in response.context["rows"] if one.state == "stop"][:1]
    assert str(rows.result) == "1 skillnad"
    assert "1 skillnad har hittats" in words(response)


def test_numbers_without_a_line_are_told_with_what_may_be_the_cause(cast):
    sql("set local role none")
    sql("select nextval('audit_app_ledgerentry_id_seq')")
    sql("set local role lockbox_app")
    Cast().new(number="MORE")
    text = words(page(cast.agnes))
    assert "nummer saknar rad" in text and "när en transaktion avbryts" in text


def test_disposals_stand_there_with_their_basis(cast):
    told = LedgerEntry.objects.filter(authority_id=cast.gsn.pk, kind="event")
    dispose(told.filter(detail__isnull=False)[:3])
    (disposal,) = page(cast.agnes).context["disposals"]
    assert (disposal.basis, disposal.lines) == (BASIS, 3)
    assert (disposal.proposed_by, disposal.confirmed_by) == ("Karin Test", "Jonas Test")


def test_a_command_that_took_none_counts_for_nothing(cast):
    assert outside.handed_out("default") == []
    assert seen_outside("default") == []
