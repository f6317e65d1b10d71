"""What stands in the auditor's lists, within their queries."""

from django.urls import reverse

from requests_app.audit.selectors.record import Outside
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import fetch, lines, signed_in


def rows(reader, name, *args, **asked):
    response, queries = fetch(
        signed_in(reader), reverse(f"admin:{name}", args=args, query=asked or None)
    )
    assert len(queries) <= 12, lines(queries)
    return response.context["rows"]


def numbers(reader, **asked):
    return [
        (row.number, row.outcome)
        for row, _url in rows(reader, "audit_decisions", **asked)
    ]


def put(rule, values):
    """What no step does to an item that decisions were made under."""
    table = "requests_app_delegationrule"
    behind_our_back(table, f"update {table} set {values} where id = %s", rule.pk)


def outside(reader, **asked) -> Outside:
    response, queries = fetch(
        signed_in(reader), reverse("admin:audit_outside", query=asked or None)
    )
    assert asked or len(queries) <= 12, lines(queries)
    return response.context["overview"]
