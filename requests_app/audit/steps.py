"""The steps of the auditor: auditing and saved audit."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import acting, ledger
from audit_app.history import add_many
from audit_app.personal_numbers import masked
from audit_app.sealing import sealer
from requests_app.audit.models import AuditFinding, SampledCase, SavedAudit, drawn
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import overseen_by, readable_by, visible_to
from requests_app.cases.review.models.decision import Decision
from requests_app.core.content import keep, same_or_keep
from requests_app.core.fields import first_instant
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import authorities_of, within_reach
from requests_app.core.step import ChangedSince, note, require, save, step
from requests_app.core.words.texts import by_name

# What an auditor may look through: the ledger, the cases and the people of the
# authorities that they audit.


class Audited:
    """Whose record somebody may look through: authorities, and people with a role
    there, now or before, by key and name. `is_all`: every authority that there is, and
    so what belongs to none of them as well. `codes` are of every authority of the
    municipality, and `is_alone` where there is no other. One query, and another for
    people."""

    def __init__(self, user: Any) -> None:
        theirs = authorities_of(user, Role.AUDITOR)
        columns = ("pk", "name", "code", "municipality")
        everywhere = list(by_name(Authority.objects.all()).values_list(*columns))
        reach = within_reach(user)
        self.authorities = {
            key: name for key, name, _code, _place in everywhere if key in theirs
        }
        self.codes = {
            key: code for key, _name, code, place in everywhere if place in reach
        }
        self.is_alone = len(self.codes) == len(everywhere)
        self.is_all = bool(theirs) and len(self.authorities) == len(everywhere)

    @cached_property
    def people(self) -> dict[int, str]:
        placed = RoleAssignment.objects.filter(authority__in=self.authorities)
        people = get_user_model()._default_manager.filter(
            pk__in=placed.values("person")
        )
        columns = ("pk", "first_name", "last_name", "username")
        return {
            key: name_of(*name) for key, *name in by_name(people).values_list(*columns)
        }


def name_of(first: str, last: str, login: str) -> str:
    """A user's name from its columns, as `str(user)`: the auditor's login reads no
    whole account."""
    return f"{first} {last}".strip() or login


def name_by(path: str) -> Any:
    """A user's name as a column, of whoever the path leads to."""
    names = F(f"{path}__first_name"), Value(" "), F(f"{path}__last_name")
    whole = NullIf(Trim(Concat(*names)), Value(""))
    return Coalesce(whole, F(f"{path}__username"))


def audits(user: Any) -> bool:
    return bool(authorities_of(user, Role.AUDITOR))


def reviews_audited(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews that the auditor may know of; of those on named lists, the number."""
    theirs = authorities_of(user, Role.AUDITOR)
    return (visible_to(user) | overseen_by(user)).filter(authority__in=theirs)


# Audits that are kept are their authority's auditors', and nobody else's.


def saved_audits_of(user: Any) -> QuerySet[SavedAudit]:
    theirs = authorities_of(user, Role.AUDITOR)
    return SavedAudit.objects.filter(authority__in=theirs)


def can_examine(user: Any, audit: SavedAudit) -> bool:
    return audit.authority_id in authorities_of(user, Role.AUDITOR)


def reviews_to_draw(
    user: Any, authority: int, decided: tuple[Any, Any], outcome: str = ""
) -> QuerySet[SecrecyReview]:
    """Reviews of an authority decided from one instant and before another. An outcome
    is asked only of what the auditor may read: what is hidden answers nothing."""
    since, until = decided
    rows = Decision.objects.filter(decided_at__gte=since, decided_at__lt=until)
    reviews = reviews_audited(user).filter(authority=authority)
    if outcome:
        rows = rows.filter(outcome=outcome)
        reviews = reviews.filter(pk__in=readable_by(user).values("pk"))
    return reviews.filter(pk__in=rows.values("review"))


# An audit: drawn by chance, answered case by case, ended with a conclusion.


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
    with ledger.as_auditor():
        reviews = reviews_to_draw(by, authority, drawing.span, drawing.outcome)
        keys = dict(reviews.order_by().values_list("diary_number", "pk"))
        sealed = sealer.size_of_tree(ledger.alias())
    _refuse_too_few(len(keys), drawing.size, authority)
    audit = SavedAudit.objects.create(
        authority_id=authority,
        **drawing._asdict(),
        population=keep("\n".join(sorted(keys)), name="population.txt"),
        population_size=len(keys),
        ledger_size=sealed,
        made_by=by,
        made_at=acting.now(),
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
    save(row, answer=typed.answer, text=text, answered_by=by, answered_at=acting.now())


@step(may=can_examine, hindrance=_has_ended)
def end(audit: SavedAudit, *, by: Any, conclusion: str) -> None:
    """Conclude: after this nothing of it changes."""
    save(audit, conclusion=keep(conclusion), ended_by=by, ended_at=acting.now())
    note("audit.ended", on=audit, by=by)
