"""An audit: drawn by chance, answered case by case, ended with a conclusion."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import clock, reading
from audit_app.many import add_many
from audit_app.personal_numbers import masked
from audit_app.sealing import tree
from requests_app.models import AuditFinding, Authority, Role, SampledCase, SavedAudit
from requests_app.models.days import first_instant
from requests_app.models.saved_audit import drawn
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.saved_audit import can_examine, reviews_to_draw
from requests_app.permissions.visibility import readable_by
from requests_app.workflow.content import keep, same_or_keep
from requests_app.workflow.step import ChangedSince, note, require, save, step


class TypedAnswer(NamedTuple):
    """An answer as it was typed: empty where there is none yet."""

    answer: str
    text: str = ""


def _has_ended(_may: Any, audit: SavedAudit) -> str:
    return _("The audit has ended: it stays as it is.") if audit.ended_at else ""


class Drawing(NamedTuple):
    """What is drawn, of the cases decided on these days, the last one included. `seed`
    is the auditor's own: what is audited has no say in what is drawn."""

    name: str
    decided_from: date
    decided_to: date
    size: int
    seed: str
    outcome: str = ""

    @property
    def span(self) -> tuple[datetime, datetime]:
        end = self.decided_to + timedelta(days=1)
        return first_instant(self.decided_from), first_instant(end)


@step
def draw(*, by: Any, authorities: list[int], **fields: Any) -> list[SavedAudit]:
    """Draw as large a sample of each authority: an audit each, for between them secrecy
    holds. No personal number is kept in the name. Raises ValidationError where there
    are not as many cases."""
    require({*authorities} <= authorities_of(by, Role.AUDITOR))
    drawing = Drawing(**fields)
    drawing = drawing._replace(name=masked(drawing.name))
    return [_draw_one(by, authority, drawing) for authority in authorities]


def _draw_one(by: Any, authority: int, drawing: Drawing) -> SavedAudit:
    with reading.as_auditor():
        reviews = reviews_to_draw(by, authority, drawing.span, drawing.outcome)
        keys = dict(reviews.order_by().values_list("diary_number", "pk"))
        sealed = tree.size(reading.alias())
    _refuse_too_few(len(keys), drawing.size, authority)
    audit = SavedAudit.objects.create(
        authority_id=authority,
        **drawing._asdict(),
        population=keep("\n".join(sorted(keys)), name="population.txt"),
        population_size=len(keys),
        ledger_size=sealed,
        made_by=by,
        made_at=clock.now(),
    )
    sample = enumerate(drawn(drawing.seed, keys)[: drawing.size], 1)
    add_many(
        [
            SampledCase(audit=audit, review_id=keys[number], position=position)
            for position, number in sample
        ]
    )
    note("audit.drawn", on=audit, by=by)
    return audit


def _refuse_too_few(there: int, wanted: int, authority: int) -> None:
    if there >= wanted:
        return
    where = Authority.objects.get(pk=authority).name
    if not there:
        text = _("%(where)s: no case was decided on these days that answers to this.")
        raise ValidationError({"decided_to": text % {"where": where}})
    text = ngettext(
        "%(where)s: only %(n)s case answers to this. Take a smaller sample.",
        "%(where)s: only %(n)s cases answer to this. Take a smaller sample.",
        there,
    )
    raise ValidationError({"size": text % {"n": there, "where": where}})


@step(may=can_examine, hindrance=_has_ended)
def answer(
    audit: SavedAudit,
    *,
    by: Any,
    case: SampledCase,
    answers: dict[str, TypedAnswer],
    seen: str,
) -> None:
    """Write the checklist of a case; `seen` is what was there when it was opened. An
    answer that is as it was stays in the name of whoever gave it."""
    require(readable_by(by).filter(pk=case.review_id).exists())
    rows = {
        row.question: row
        for row in AuditFinding.objects.select_related("text").filter(
            audit=audit, review=case.review_id
        )
    }
    if seen != state_of(rows.values()):
        raise ChangedSince(
            _("Somebody else has answered since you opened the checklist.")
        )
    for question, typed in answers.items():
        if typed.answer:
            _write(rows.get(question), audit, case, question, typed, by)
    note("audit.answered", on=audit, by=by, case=case.position)


def state_of(rows: Any) -> str:
    """What stands answered of a case, as a form remembers it."""
    return " ".join(sorted(f"{row.pk}:{row.answered_at:%s.%f}" for row in rows))


def _write(
    row: AuditFinding | None,
    audit: SavedAudit,
    case: SampledCase,
    question: str,
    typed: TypedAnswer,
    by: Any,
) -> None:
    text = same_or_keep(row.text if row else None, typed.text)
    if row and (row.answer, row.text) == (typed.answer, text):
        return
    row = row or AuditFinding(audit=audit, review_id=case.review_id, question=question)
    save(row, answer=typed.answer, text=text, answered_by=by, answered_at=clock.now())


@step(may=can_examine, hindrance=_has_ended)
def end(audit: SavedAudit, *, by: Any, conclusion: str) -> None:
    """Conclude: after this nothing of it changes."""
    save(audit, conclusion=keep(conclusion), ended_by=by, ended_at=clock.now())
    note("audit.ended", on=audit, by=by)
