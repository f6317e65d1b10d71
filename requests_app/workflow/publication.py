"""Publishing a package: drawn up by one person, published when another has read it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from audit_app.verifying.package import canonical, digest_of
from requests_app.models import Authority, Publication, RegisterChange
from requests_app.permissions.publication import can_publish
from requests_app.permissions.roles import today
from requests_app.registers.package import FORMAT, SCHEMA, package_from
from requests_app.registers.publishing import (
    Offered,
    entry_of,
    refuse_what_is_not_published,
)
from requests_app.workflow.content import keep
from requests_app.workflow.register_change import save_or_propose
from requests_app.workflow.step import require, step


@step
def publish(
    authority: Authority,
    *,
    by: Any,
    name: str,
    title: str,
    rows: Iterable[Offered],
    texts: Iterable[dict[str, Any]] = (),
) -> RegisterChange:
    """It waits for another. Raises ValidationError for what may not be in it."""
    require(can_publish(by, authority))
    entries = [*map(entry_of, rows), *texts]
    edition = _next_edition(authority, name)
    body = {
        "format": FORMAT,
        "schema": SCHEMA,
        "name": name,
        "edition": edition,
        "title": title,
        "publisher": authority.name,
        "published": today().isoformat(),
        "entries": entries,
    }
    package_from(body)
    refuse_what_is_not_published(entries, authority)
    row = Publication(
        authority=authority,
        name=name,
        edition=edition,
        title=title,
        body=keep(canonical(body), "application/json", f"{name}.json"),
        digest=digest_of(body),
    )
    row.full_clean()
    reason = _("Is published: anybody may read it.")
    change = save_or_propose(row, by=by, reason=reason)
    assert change is not None  # noqa: S101 — nobody publishes alone
    return change


def _next_edition(authority: Authority, name: str) -> int:
    rows = Publication.objects.filter(authority=authority, name=name)
    return (rows.aggregate(last=Max("edition"))["last"] or 0) + 1


@step
def revoke(row: Publication, *, by: Any, reason: str) -> RegisterChange:
    """Whoever took it is told; it waits for another too."""
    require(can_publish(by, row.authority))
    row.revoked_on, row.revoked_reason = today(), reason
    change = save_or_propose(row, by=by, reason=reason)
    assert change is not None  # noqa: S101 — as above
    return change
