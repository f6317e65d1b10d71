"""The auditor's pages as docs/installation.md has the database: three logins, none of
which is another's, and gunicorn with the web's and the auditor's alone."""

from urllib.parse import urlencode

import httpx
import psycopg
import pytest
from django.utils import timezone

from lockbox_site.scratch import served
from requests_app.audit.models import SavedAudit
from tests.helpers.own_cluster import asked, copied
from tests.helpers.saved_audits import answered, draw
from tests.helpers.web import signed_in
from tests.workbench.auditing.test_pages import addresses

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_every_page_answers_with_the_logins_of_the_guide(cast, logins, tmp_path):
    review = cast.answered(number="EXSR500")
    cast.decided(number="EXSR501")
    audit = draw(cast, size=2)
    answered(cast, audit.cases.first(), reasons=("no", "Which paragraph?"))
    agnes = signed_in(cast.agnes)
    cookie = agnes.cookies["sessionid"].value
    copied(logins, tmp_path / "world")
    one = f"/revision/audits/{audit.pk}/"
    case = f"{one}case/{audit.cases.last().review_id}/"
    # As `web.env` of the guide: the owner's password is not there.
    told = {
        "DATABASE_URL": logins["web"],
        "APP_DATABASE_URL": logins["web"],
        "AUDITOR_DATABASE_URL": logins["audit"],
    }
    pages = [
        *addresses(review, cast.karin),
        *("/revision/audits/", "/revision/audits/draw/", one, case),
        *(f"{one}end/", f"{one}population/", f"{one}report/"),
        *(f"/revision/?as={form}" for form in ("csv", "jsonl", "pdf")),
        *(f"/revision/decisions/?as={form}" for form in ("csv", "jsonl")),
        "/revision/roles/?as=jsonl",
    ]
    with (
        served("lockbox", 1, told) as site,
        httpx.Client(base_url=site, cookies={"sessionid": cookie}, timeout=120) as http,
    ):
        wrong = {}
        for path in pages:
            answer = http.get(path)
            wanted = 302 if "/find/" in path else 200
            if answer.status_code != wanted:
                wrong[path] = answer.status_code, answer.text[:300]
        assert not wrong, wrong
        # What is typed goes through the web's, and is read through the auditor's.
        token = http.cookies["csrftoken"]
        day = f"{timezone.localdate():%Y-%m-%d}"
        typed = {"name": "By three", "authorities": cast.gsn.pk, "size": 1}
        typed["seed"] = "six four one, two five three"
        typed |= {"decided_from": day, "decided_to": day, "csrfmiddlewaretoken": token}
        made = http.post(
            "/revision/audits/draw/",
            content=urlencode(typed),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert made.status_code == 302, made.text[:2000]
        assert "By three" in http.get(made.headers["Location"]).text
        outside = http.get("/revision/outside/").text
        at_work = asked(logins["super"], "select usename from pg_stat_activity")
    assert {("lockbox_web",), ("lockbox_audit",)} <= set(at_work)
    drawn = asked(
        logins["owner"],
        "select session_user_name, db_role, kind from audit_app_ledgerentry"
        " where id > (select max(id) from audit_app_ledgerentry) - 200"
        " and session_user_name <> 'lockbox_owner' group by 1, 2, 3",
    )
    assert {row[:2] for row in drawn} == {("lockbox_web", "lockbox_app")}
    assert "change" in {row[2] for row in drawn}
    # What the application writes is no change outside it, whatever its login is called.
    assert "lockbox_web · lockbox_app" in outside
    assert outside.count("lockbox_web · lockbox_app") == 1
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        asked(logins["audit"] + "&options=-c%20default_transaction_read_only%3Don",
              "delete from requests_app_savedaudit returning 1")  # fmt: skip
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(logins["audit"], "delete from requests_app_savedaudit returning 1")
    assert SavedAudit.objects.count() == 1
