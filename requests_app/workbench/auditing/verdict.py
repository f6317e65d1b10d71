"""What today's verdict rests on: in one table, with what is not proved."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app.sealing import verifier_file
from audit_app.sealing.outside import SeenOutside, Way
from requests_app.selectors.audit.verdict import (
    ComparedNow,
    Gap,
    Ledger,
    Verdict,
    verdict_for,
)
from requests_app.templatetags.lockbox import exactly
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.pages import guided

OK, WARN, STOP = "ok", "warn", "stop"
NOT_COMPARED = (
    gettext_lazy("The memory and the program of the web server"),
    gettext_lazy("Sessions, tokens, queues and heartbeats"),
)
WAYS = {
    Way.STAMP: gettext_lazy("time stamp"),
    Way.COMMAND: gettext_lazy("the command of the settings (not checked from here)"),
}


class Row(NamedTuple):
    """What, compared with what, and with which result: `state` colours it."""

    what: Any
    against: Any
    state: str
    result: Any
    notes: list[str]


@auditors_page
@guided("revisor#9-saknas-nagot-i-historiken-eller-handelseloggen")
def verdict(audit: Audit) -> HttpResponse:
    rests_on = verdict_for(audit.audited)
    rows = list(_rows(rests_on))
    return shown(
        audit,
        "lockbox/auditing/verdict.html",
        _("What the verdict rests on"),
        {},
        rows=rows,
        differences=sum(one.differences for one in rests_on.compared),
        since=_since(rests_on.compared),
        unproved=sum(row.state != OK for row in rows) - len(NOT_COMPARED),
        not_compared=len(NOT_COMPARED),
        disposals=rests_on.disposals,
        digest=verifier_file.digest(),
    )


def _since(compared: list[ComparedNow]) -> Any:
    """Since when all of it has been compared once; nothing while it has not."""
    times = [one.since for one in compared]
    return min(times) if all(times) else None  # type: ignore[type-var]


def _rows(verdict: Verdict) -> Iterator[Row]:
    for one in verdict.compared:
        yield _compared(one, verdict.tables)
    yield _chain(verdict.ledger, verdict.gaps)
    yield _seen(verdict.ledger, verdict.seen)
    if unsigned := verdict.ledger.unsigned:
        text = ngettext("%(n)s line", "%(n)s lines", unsigned) % {"n": unsigned}
        what = _("What was written since the last checkpoint: %(lines)s")
        yield Row(what % {"lines": text}, "–", WARN, _("not proved yet"), [])
    for thing in NOT_COMPARED:
        yield Row(thing, "–", WARN, _("not compared"), [])


def _compared(one: ComparedNow, tables: int) -> Row:
    number = one.differences
    text = ngettext("%(n)s difference", "%(n)s differences", number) % {"n": number}
    state, notes = (STOP if number else OK), []
    if one.since is None:
        state = state if number else WARN
        notes.append(_("has not been compared as a whole yet"))
    else:
        notes.append(_("all of it compared since %(at)s") % {"at": exactly(one.since)})
    if "rows " in one.group.checks:
        notes.insert(0, _("%(n)s tables") % {"n": tables})
    return Row(one.group.what, one.group.against, state, text, notes)


def _chain(ledger: Ledger, gaps: list[Gap]) -> Row:
    what = _("The ledger’s chain: %(n)s lines") % {"n": ledger.lines}
    missing = list(_missing(ledger, gaps))
    if not ledger.checkpoints:
        text = _("No checkpoint is signed: nothing proves it.")
        return Row(what, "–", STOP, _("not proved"), [text, *missing])
    keys = ledger.replaced + 1
    signed = ngettext("%(n)s checkpoint", "%(n)s checkpoints", ledger.checkpoints)
    by = ngettext("%(n)s key", "%(n)s keys", keys)
    against = f"{signed % {'n': ledger.checkpoints}}, {by % {'n': keys}}"
    notes = [
        _("the last one of %(n)s lines, %(at)s")
        % {"n": ledger.newest, "at": exactly(ledger.signed_at)}  # type: ignore[arg-type]
    ]
    return Row(what, against, OK, _("signed"), [*notes, *missing])


def _missing(ledger: Ledger, gaps: list[Gap]) -> Iterator[str]:
    """Numbers that no line has, and what may be the cause."""
    if ledger.missing <= 0:
        return
    yield ngettext(
        "%(n)s number has no line: a transaction that was undone leaves such, and so"
        " does a line that was taken out before it was sealed.",
        "%(n)s numbers have no line: a transaction that was undone leaves such, and so"
        " does a line that was taken out before it was sealed.",
        ledger.missing,
    ) % {"n": ledger.missing}
    for gap in gaps:
        yield _("%(first)s–%(last)s, between %(since)s and %(until)s") % {
            "first": gap.first,
            "last": gap.last,
            "since": exactly(gap.since),
            "until": exactly(gap.until),
        }


def _seen(ledger: Ledger, seen: list[SeenOutside]) -> Row:
    what = _("Seen outside")
    if not seen:
        text = _(
            "No witness, no time stamp, no checkpoint handed out: whoever has this"
            " installation and its key could have made all of it anew."
        )
        return Row(what, "–", WARN, _("by nobody"), [text])
    last = max(seen, key=lambda one: one.at)
    names = "; ".join(str(WAYS.get(one.way, one.who)) for one in seen)
    most = max(one.size for one in seen)
    left = ledger.lines - most
    notes = [
        _("%(n)s lines; the %(left)s after them nobody has seen yet")
        % {"n": most, "left": left}
        if left > 0
        else _("%(n)s lines") % {"n": most}
    ]
    return Row(what, names, OK, _("last %(at)s") % {"at": exactly(last.at)}, notes)
