"""The steps of kept records: archive delivery, disposal and disposal end."""

import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.content import keep, refuse_outside
from requests_app.core.models import AlteredContent
from requests_app.core.people.models import Authority
from requests_app.core.step import WrongState, lock, note, require, save, step
from requests_app.disclosure.masking.sheets import NotTurned
from requests_app.records.archive.standards import Package, write
from requests_app.records.law import (
    ANSWERABLE,
    due_cases,
    held_items,
    is_outdated,
    obstacles_of,
    receipted_cases,
    reckon,
    unanswered,
)
from requests_app.records.models import (
    ArchiveDelivery,
    Disposal,
    DisposalAnswer,
    DisposalItem,
)
from requests_app.records.papers import file_name, pdf_of_list
from requests_app.records.rights import (
    can_confirm_disposal,
    can_deliver,
    can_dispose,
    can_draw_up,
    can_note_receipt,
    can_retain,
    deliverable,
    deliverable_by,
)

# Taking closed cases out to the archive, and the receipt that comes back.

# What somebody waits for at a page; more is taken out by the command.
MOST_AT_ONCE = 10


class TakenOut(NamedTuple):
    delivery: ArchiveDelivery
    file: IO[bytes]


@step
def take_out(
    *, by: Any, authority: Authority, year: int | None = None, number: str = ""
) -> TakenOut:
    """As one file, which is not kept. Raises ValidationError and WrongState."""
    require(can_deliver(by, authority))
    reviews = _chosen(deliverable_by(by, authority), year, number)
    if len(reviews) > MOST_AT_ONCE:
        text = _(
            "%(count)s cases are more than can be fetched here (%(most)s at most): let"
            " whoever runs Lockbox take the year out with archive_package."
        )
        raise WrongState(text % {"count": len(reviews), "most": MOST_AT_ONCE})
    with tempfile.TemporaryDirectory() as place:
        package = _written(authority, reviews, year, Path(place))
        file = _packed(package)
    return TakenOut(_record(package, authority, reviews, year, by), file)


@step
def take_out_to(
    place: Path, *, by: Any, authority: Authority, year: int | None, number: str
) -> ArchiveDelivery:
    """By the system account, for whoever runs Lockbox: into a folder. Raises
    ValidationError and WrongState."""
    reviews = _chosen(deliverable(authority), year, number)
    package = _written(authority, reviews, year, place)
    try:
        return _record(package, authority, reviews, year, by)
    except BaseException:
        shutil.rmtree(package.folder)
        raise


def _has_receipt(_may: Any, delivery: ArchiveDelivery) -> str:
    if delivery.is_received:
        return _("The archive has given its receipt already.")
    return ""


@step(may=can_note_receipt, hindrance=_has_receipt)
def note_receipt(
    delivery: ArchiveDelivery,
    *,
    by: Any,
    received_by: str,
    receipt: str,
    received_at: datetime,
    digest: str,
) -> None:
    """What the archive says that it has is what was taken out. Raises
    ValidationError."""
    if digest.strip().lower() != delivery.digest:
        text = _(
            "The archive has another package than this: the digest of this one is"
            " %(digest)s. Let it be delivered anew."
        )
        raise ValidationError({"digest": text % {"digest": delivery.digest}})
    early = _("The package was taken out later than that, or it is still to come.")
    refuse_outside("received_at", received_at, delivery.made_at, early)
    save(
        delivery,
        received_by=received_by,
        receipt=receipt,
        received_at=received_at,
    )
    note("archive_delivery.received", on=delivery, by=by)


def _chosen(
    reviews: QuerySet[SecrecyReview], year: int | None, number: str
) -> list[SecrecyReview]:
    """Raises ValidationError. What may not be known is said as what is not there."""
    if (year is None) == (not number):
        text = _("Give a year or a diary number, and not both.")
        raise ValidationError({"year": text})
    if year is not None:
        rows = list(reviews.filter(registered_at__year=year))
        text = _("No case that was registered in %(year)s is closed.") % {"year": year}
        missing = {"year": text}
    else:
        rows = list(reviews.filter(diary_number=number))
        text = _("No closed case has the number %(number)s.") % {"number": number}
        missing = {"number": text}
    if not rows:
        raise ValidationError(missing)
    return rows


def _written(
    authority: Authority, reviews: list[SecrecyReview], year: int | None, place: Path
) -> Package:
    what = year if year is not None else reviews[0]
    title = f"Ärenden från {authority}, {what}"
    try:
        return write(authority, reviews, title, place)
    except (NotTurned, OSError) as error:
        text = _("The package could not be made: %(why)s") % {"why": error}
        raise WrongState(text) from error
    except AlteredContent as error:
        text = _(
            "Something in it is no longer what was kept (%(digest)s): nothing is"
            " delivered before that has been looked into."
        )
        raise WrongState(text % {"digest": error}) from error


def _packed(package: Package) -> IO[bytes]:
    """As one file without a name, which goes when it has been fetched."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — whoever answers closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(package.folder.rglob("*")):
            packed.write(path, path.relative_to(package.folder.parent))
    file.seek(0)
    return file


def _record(
    package: Package,
    authority: Authority,
    reviews: list[SecrecyReview],
    year: int | None,
    by: Any,
) -> ArchiveDelivery:
    delivery = ArchiveDelivery.objects.create(
        authority=authority,
        year=year,
        diary_number="" if year is not None else reviews[0].diary_number,
        cases=[review.pk for review in reviews],
        number=package.number,
        digest=package.digest,
        files=package.files,
        size=package.size,
        made_by=by,
        made_at=acting.now(),
    )
    note("archive_delivery.taken_out", on=delivery, by=by)
    return delivery


# Lists to dispose of: drawn up, answered, proposed by one and confirmed by another.

Status = Disposal.Status
Answer = DisposalAnswer.Answer
# A list is answered case by case: no more than somebody looks at.
MOST = 1_000


@step
def draw_up(*, by: Any, authority: Authority, until: date) -> Disposal:
    """All cases of the authority whose day has come by then, that the person sees, and
    that stand on no other list. Raises ValidationError where there are none."""
    require(can_draw_up(by, authority.pk))
    if until > acting.today():
        raise ValidationError({"until": _("The day is to come: nothing is due then.")})
    Authority.objects.select_for_update().get(pk=authority.pk)
    reckon(authority)
    rows = list(due_cases(by, authority, until)[:MOST])
    if not rows:
        raise ValidationError({"until": _("No case has come to its date by then.")})
    disposal = Disposal.objects.create(
        authority=authority, drawn_by=by, drawn_at=acting.now()
    )
    for dated in rows:
        _put_on(disposal, dated)
    note("disposal.drawn_up", on=disposal, by=by, cases=len(rows))
    return disposal


def _put_on(disposal: Disposal, dated: Any) -> None:
    DisposalItem.objects.create(
        disposal=disposal,
        case_key=dated.review_id,
        diary_number=dated.review.diary_number,
        closed_on=dated.closed_on,
        rule=dated.rule,
        due_on=dated.due_on,
    )


@step(may=can_dispose, starts_from=(Status.DRAWN_UP,))
def answer(
    disposal: Disposal, *, by: Any, items: Sequence[DisposalItem], answer: str
) -> None:
    """Destroy or transfer: of cases that nobody has retained and nothing holds."""
    obstacles = obstacles_of(disposal)
    for item in items:
        why = obstacles.get(item.pk, "")
        if why not in ANSWERABLE:
            text = _("%(case)s is held or retained: look at the list again.")
            raise WrongState(text % {"case": item})
    for item in items:
        _say(item, answer, by=by)
    save(disposal)
    note("disposal.answered", on=disposal, by=by, answer=answer, cases=len(items))


@step(may=can_retain, starts_from=Disposal.OPEN)
def retain(
    disposal: Disposal,
    *,
    by: Any,
    items: Sequence[DisposalItem],
    until: date,
    reason: str,
) -> None:
    """Until another day: this wins over all other answers, and is not taken back."""
    if until <= acting.today():
        raise ValidationError({"until": _("The day is to be one to come.")})
    for item in items:
        _say(item, Answer.RETAIN, by=by, until=until, reason=reason)
    save(disposal)
    note("disposal.retained", on=disposal, by=by, until=until, cases=len(items))


def _say(item: DisposalItem, kind: str, *, by: Any, **more: Any) -> None:
    DisposalAnswer.objects.create(
        item=item, answer=kind, answered_by=by, answered_at=acting.now(), **more
    )


def _is_not_answered(_may: Any, disposal: Disposal) -> str:
    if number := unanswered(disposal):
        return _("Cases without an answer: %(n)s.") % {"n": number}
    return ""


@step(may=can_dispose, starts_from=(Status.DRAWN_UP,), hindrance=_is_not_answered)
def propose(disposal: Disposal, *, by: Any) -> None:
    save(disposal, status=Status.PROPOSED, proposed_by=by, proposed_at=acting.now())
    note("disposal.list_proposed", on=disposal, by=by)


def _can_not_go(_may: Any, disposal: Disposal) -> str:
    if is_outdated(disposal):
        return _(
            "A rule of disposal has changed since the list was drawn up: withdraw it,"
            " and draw up another."
        )
    if stuck := held_items(disposal):
        text = _("Something holds %(cases)s by now: answer that they are retained.")
        return text % {"cases": ", ".join(map(str, stuck[:5]))}
    return ""


@step(may=can_confirm_disposal, starts_from=(Status.PROPOSED,), hindrance=_can_not_go)
def confirm(disposal: Disposal, *, by: Any) -> None:
    """The second person stands for it: it waits to be carried out."""
    save(disposal, status=Status.CONFIRMED, confirmed_by=by, confirmed_at=acting.now())
    note("disposal.list_confirmed", on=disposal, by=by)


def _is_begun(_may: Any, disposal: Disposal) -> str:
    if disposal.items.exclude(disposed_case=None).exists():
        return _("Some of its cases are gone: it is carried out to its end.")
    return ""


@step(may=can_dispose, starts_from=Disposal.OPEN, hindrance=_is_begun)
def withdraw(disposal: Disposal, *, by: Any, reason: str) -> None:
    save(disposal, status=Status.WITHDRAWN)
    note("disposal.withdrawn", on=disposal, by=by)


def _has_no_transfer(_may: Any, disposal: Disposal) -> str:
    if disposal.items.filter(answers__answer=Answer.TRANSFER, receipt="").exists():
        return ""
    return _("No case of the list waits for a receipt.")


@step(may=can_dispose, starts_from=Disposal.OPEN, hindrance=_has_no_transfer)
def receive(
    disposal: Disposal, *, by: Any, items: Sequence[DisposalItem], receipt: str
) -> None:
    """The archive has taken the cases: what is here may go. Raises ValidationError for
    one that is in no package that the archive has receipted."""
    receipted = receipted_cases(disposal.authority_id, [i.case_key for i in items])
    for item in items:
        if item.case_key not in receipted:
            text = _("No package that the archive has receipted holds %(number)s.")
            number = {"number": item.diary_number}
            raise ValidationError({"items": text % number})
        save(item, receipt=receipt)
    save(disposal)
    note("disposal.received", on=disposal, by=by, receipt=receipt, cases=len(items))


# The end of a list: what went has gone by the database's own login, and the protocol
# says so, once.


@step
def end(disposal: Disposal, *, by: Any, stays: dict[int, str]) -> None:
    """`stays`: why, by the key of the item. Raises NotDrawn: then it is ended when it
    is carried out again."""
    lock(disposal, Disposal.Status.CONFIRMED)
    for item in disposal.items.filter(pk__in=stays):
        save(item, kept_because=stays[item.pk])
    at = acting.now()
    paper = pdf_of_list(disposal, at)
    save(
        disposal,
        status=Disposal.Status.ENDED,
        ended_at=at,
        protocol=keep(paper, "application/pdf", file_name(disposal)),
    )
    note("disposal.ended", on=disposal, by=by, stays=len(stays))
