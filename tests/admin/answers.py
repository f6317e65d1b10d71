"""Whether pages answer by the rule, and whether each answer left its line: of what is
shown a read or an export, of what is refused a refusal."""

from django.db.models import Sum
from django.urls import resolve

from audit_app.models import FoldedLine, LedgerEntry
from tests.admin.addresses import GONE, OPEN, SHUT

# Addresses that are there to be posted to, by anybody.
FORMS = ("/logout/", "/language/", "/oauth/", "/sign-in/ended/")
SHOWN, REFUSED = ("read", "export"), ("refusal",)
# What shows no row of anybody's; the first page is asked by what it shows.
NO_ROWS = {
    "jsi18n",
    "login",
    "password_change",
    "password_change_done",
    "confirm_identity",
    "guide",
    "guides",
    "keys",
    "stay",
}


def told(kinds):
    """As often as the record tells of it: by a line, or counted for one."""
    lines = LedgerEntry.objects.filter(kind__in=kinds).count()
    again = FoldedLine.objects.filter(kind__in=kinds).aggregate(n=Sum("number"))
    return lines + (again["n"] or 0)


def answer_of(call, url, *data):
    """The answer, and what is missing of its line, if anything."""
    before = told(SHOWN), told(REFUSED)
    answer = call(url, *data)
    if needs_line(answer) and (told(SHOWN), told(REFUSED)) == before:
        return answer, f"{answer.status_code} without a line"
    if answer.status_code == 403 and told(REFUSED) == before[1]:
        return answer, "refused without a line"
    return answer, ""


def needs_line(answer):
    match = resolve(answer.wsgi_request.path)
    if answer.status_code in (403, 404):
        # What is nowhere is refused to nobody.
        return match.url_name is not None
    if answer.status_code != 200 or match.namespace != "admin":
        return False
    if match.url_name == "index":
        return any(item.wants for item in answer.context["items"])
    return match.url_name not in NO_ROWS


def wrong(client, pages):
    """What answers otherwise than the rule, or leaves no line of what it showed or
    refused; what is shut takes no POST either."""
    found = []
    for url, wanted in pages:
        answer, missing = answer_of(client.get, url)
        if missing or not fits(
            answer.status_code, OPEN if wanted == "read" else wanted
        ):
            found.append((url, wanted, missing or answer.status_code))
        if wanted != OPEN and not url.startswith(FORMS):
            answer, missing = answer_of(client.post, url, {"do": "1"})
            if missing or not fits(answer.status_code, SHUT):
                found.append((f"POST {url}", wanted, missing or answer.status_code))
    return found[:8]


def fits(status, wanted):
    if wanted == OPEN:
        return status in (200, 302, 503)
    if wanted == GONE:
        return status == 404
    # The contract API reads no body that is not JSON, whoever sends it.
    return status in (401, 403, 404, 405, 415)
