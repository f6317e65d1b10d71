"""What pages read of disclosure: diary entries, hand out sheet, handing out, public
register and published register."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import highest_class
from requests_app.cases.review.law.known import proposed_provisions
from requests_app.cases.review.models.afterwards import (
    DiaryEntry,
    DiaryEntryQuerySet,
    IncomingAppeal,
)
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.models.decision import Decision
from requests_app.core.fields import first_instant
from requests_app.core.people.models import Authority
from requests_app.core.words.texts import moment_in_words
from requests_app.disclosure.models import (
    DataSubjectRequest,
    DisclosedDocument,
    DisclosureDecision,
    DisclosureRequest,
    Redaction,
)
from requests_app.disclosure.rights import (
    data_subject_requests_visible_to,
    disclosed_documents_visible_to,
    in_public_register,
    left_out,
)
from requests_app.registers.models.changes import RegisterPage
from requests_app.registers.models.provisions import Provision
from requests_app.registers.tables.files import decode, filled_rows

# What the authority's diary system is told of the cases that it owes a number: no more
# than the public register tells. Reads only.

# So many are handed over at once, the oldest first.
MOST = 500


class Owed(NamedTuple):
    """A case as the diary system is to register it; of one that is left out of the
    register, number and day alone."""

    entry: DiaryEntry
    sender: str
    subject: str


class NumberIn(NamedTuple):
    """A row of a file that came back."""

    line: int
    ours: str
    theirs: str


def owed_of(entries: DiaryEntryQuerySet) -> list[Owed]:
    rows = (
        entries.owed()
        .annotate(is_left_out=left_out("review__"))
        .select_related(
            "review__authority", "review__access_request__connection__product__provider"
        )
        .order_by("owed_at", "pk")
    )
    return [_owed(row) for row in rows[:MOST]]


def _owed(row: Any) -> Owed:
    if row.is_left_out:
        return Owed(row, "", "")
    provider = row.review.access_request.connection.product.provider
    return Owed(row, provider.name, row.review.open_subject)


def as_csv(rows: Iterable[Owed]) -> list[list[str]]:
    headings = [
        *(_("Authority"), _("Registered here as"), _("Received"), _("Sender")),
        *(_("Public subject"), _("Number in the diary system")),
    ]
    return [headings, *map(_cells, rows)]


def _cells(row: Owed) -> list[str]:
    review = row.entry.review
    received = date_format(localtime(review.access_request.received_at), "Y-m-d")
    numbers = [review.authority.code, review.diary_number, received]
    return [*numbers, row.sender, row.subject, ""]


def numbers_in(raw: bytes) -> list[NumberIn]:
    """Of a list that was taken out and filled in: by its second column and its last.
    Raises ValidationError for what is no such list."""
    rows = filled_rows(decode(raw).text, MOST)[1:]
    return [
        NumberIn(line, cells[1].strip(), cells[-1].strip())
        for line, cells in rows
        if len(cells) > 2 and cells[-1].strip()
    ]


# A page of a document that is asked for, as the browser draws it.


class Spot(NamedTuple):
    """A box on the page as it is drawn: in the page's own measure."""

    x: int
    y: int
    width: int
    height: int
    words: str
    kind: str
    field: str


class Sheet(NamedTuple):
    number: int
    width: int
    height: int
    spots: list[Spot]


def sheet_of(page: Any, number: int, places: list[Redaction]) -> Sheet:
    """Its words to choose, and over them its places as they are judged."""
    words = [
        _spot(page, word.box, word.text, "word", f"id_words_{place}")
        for place, word in enumerate(page.words)
    ]
    judged = [
        _spot(
            page,
            (row.left, row.top, row.right, row.bottom),
            row.words.text,
            row.status,
            f"id_places_{place}",
        )
        for place, row in enumerate(places)
    ]
    return Sheet(number, page.width, page.height, words + judged)


def _spot(page: Any, box: Any, words: str, kind: str, field: str) -> Spot:
    left, top, right, bottom = box
    wide, high = page.width / 10_000, page.height / 10_000
    return Spot(
        round(left * wide),
        round(top * high),
        round((right - left) * wide),
        round((bottom - top) * high),
        words,
        kind,
        field,
    )


# Requests for documents as pages show them.

Outcome = DisclosedDocument.Outcome
# "Promptly" is mostly the same day (JO); after so many it says so in the queue.
PROMPT_DAYS = 1


class Line(NamedTuple):
    """A document in the list. `mark`: what stands before its name."""

    row: Any
    mark: str
    hint: str


def days_passed(row: DisclosureRequest) -> int:
    """Whole days since it came, until it was answered."""
    until = timezone.localdate(row.delivered_at or acting.now())
    return (until - timezone.localdate(row.received_at)).days


def decisions_of(row: DisclosureRequest) -> list[DisclosureDecision]:
    contents = ("reasons", "prohibition")
    rows = row.decisions.select_related(*contents, "decided_by", "served_by")
    return list(rows.order_by("pk"))


def data_subject_of(user: Any, row: DisclosureRequest) -> DataSubjectRequest | None:
    """Whose data is asked for, to who may know."""
    return data_subject_requests_visible_to(user).filter(hand_outs=row).first()


def appeals_of(row: DisclosureRequest) -> list[IncomingAppeal]:
    contents = ("text", "timeliness_reason", "outcome_note")
    return list(row.appeals.select_related(*contents, "hand_out__request__authority"))


def is_late(row: DisclosureRequest) -> bool:
    if row.delivered_at is not None:
        return False
    if row.of_data_subject:
        return acting.now() > row.of_data_subject.due_at
    return days_passed(row) > PROMPT_DAYS


def in_days(row: DisclosureRequest) -> str:
    if row.of_data_subject and row.delivered_at is None:
        day = moment_in_words(row.of_data_subject.due_at)
        return _("To be answered by %(day)s (GDPR 12.3).") % {"day": day}
    days = days_passed(row)
    if not days:
        return _("It came today.") if row.delivered_at is None else _("The same day.")
    return ngettext("%(days)s day has passed.", "%(days)s days have passed.", days) % {
        "days": days
    }


def of_request(user: Any, row: DisclosureRequest) -> QuerySet[Any]:
    """Documents of cases that the person reads, with how many places are how far."""
    return _counted(disclosed_documents_visible_to(user).filter(request=row))


def hidden_from(user: Any, row: DisclosureRequest) -> int:
    """How many are of cases that the person does not read."""
    seen = disclosed_documents_visible_to(user).filter(request=row)
    return row.documents.exclude(pk__in=seen.values("pk")).count()


def to_test(user: Any, row: DisclosureRequest) -> QuerySet[Any]:
    return of_request(user, row).filter(outcome="")


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    places = {
        status.value: Count("redactions", filter=Q(redactions__status=status))
        for status in Redaction.Status
    }
    earlier = _tested_before(OuterRef("review"), OuterRef("key"), OuterRef("request"))
    rows = rows.select_related("name", "reasons", "provision", "review", "request")
    return rows.annotate(
        **places,
        earlier_outcome=Subquery(earlier.values("outcome")[:1]),
        earlier_number=Subquery(earlier.values("request__number")[:1]),
    ).order_by("pk")


def hint_of(row: Any) -> str:
    """What stands below a document's name: how far it has come, or what is proposed."""
    if row.outcome == Outcome.NONE:
        return row.reasons.text if row.reasons else ""
    if row.outcome == Outcome.REFUSED:
        return str(row.provision)
    if row.pages is None:
        return _("not drawn as pages: not in the file, to be shown on the spot")
    parts = []
    if row.earlier_outcome:
        what = Outcome(row.earlier_outcome).label
        words = {"what": what, "number": row.earlier_number}
        parts.append(_("in %(number)s: %(what)s") % words)
    judged = row.masked + row.given
    if row.proposed or judged:
        count = row.proposed + judged
        words = {"all": count, "judged": judged}
        parts.append(
            ngettext(
                "%(all)s place, %(judged)s judged",
                "%(all)s places, %(judged)s judged",
                count,
            )
            % words
        )
    return "; ".join(parts)


def earlier_of(row: DisclosedDocument) -> DisclosedDocument | None:
    """The same document as it was tested last for another who asked."""
    rows = _tested_before(row.review_id, row.key, row.request_id)
    return rows.select_related("provision", "reasons").first()


def _tested_before(review: Any, key: Any, request: Any) -> QuerySet[DisclosedDocument]:
    """The newest first."""
    left = DisclosedDocument.objects.filter(
        review=review,
        key=key,
        request__status__in=DisclosureRequest.LEFT,
        outcome__in=DisclosedDocument.TESTED,
    )
    return left.exclude(request=request).order_by("-pk")


def provisions_of(review: SecrecyReview) -> list[Provision]:
    """By which something of the case is secret: first what it is marked by, then where
    its assessment found so, then what its information proposes."""
    marked = [row.provision for row in review.secrecy_marks.standing(acting.today())]
    applying = HarmTest.objects.filter(
        review=review, outcome=HarmTest.Outcome.APPLIES
    ).values("provision")
    tested = list(Provision.objects.filter(pk__in=applying))
    return list(dict.fromkeys([*marked, *tested, *proposed_provisions(review)]))


def lines_of(rows: list[Any]) -> list[Line]:
    """Numbered where something is left to do."""
    lines = []
    for number, row in enumerate(rows, 1):
        tested = row.outcome in DisclosedDocument.TESTED and not row.proposed
        mark = "–" if row.outcome == Outcome.NONE else "✓" if tested else str(number)
        lines.append(Line(row, mark, hint_of(row)))
    return lines


def has_no_documents(_relation: Any, row: DisclosureRequest) -> bool:
    return not row.documents.exists()


def has_untested(_relation: Any, row: DisclosureRequest) -> bool:
    return row.documents.untested().exists()


def is_undrawn(_relation: Any, row: DisclosedDocument) -> bool:
    return row.pages is None


class AskedCase(NamedTuple):
    """A case, and what speaks for secrecy in it: the class of what it is about, and the
    provisions that its assessment found or its information proposes."""

    review: SecrecyReview
    level: int | None
    provisions: list[Provision]

    def __str__(self) -> str:
        return str(self.review)


def cases_of(rows: list[Any]) -> list[AskedCase]:
    return [
        AskedCase(review, highest_class(review), provisions_of(review))
        for review in dict.fromkeys(row.review for row in rows)
    ]


# The public register of an authority's cases, as the public may read it: date, number,
# sender and subject (OSL 5:2), and where the case stands. Reads only.

Status = SecrecyReview.Status
ENDED = (Status.CLOSED, *SecrecyReview.MOVED)
PIECE = 1_000


class Entry(NamedTuple):
    """Without sender, subject and state where they are left out."""

    number: str
    received_at: datetime
    is_left_out: bool
    sender: str = ""
    subject: str = ""
    state: str = ""
    decided_at: datetime | None = None


def public_register(authority: Authority, since: date, until: date) -> QuerySet:
    """What came in on these days, both included, in that order."""
    current = Decision.objects.current().filter(review=OuterRef("pk")).order_by("-pk")
    return (
        in_public_register(authority)
        .filter(
            access_request__received_at__gte=first_instant(since),
            access_request__received_at__lt=first_instant(until + timedelta(days=1)),
        )
        .annotate(decided_at=Subquery(current.values("decided_at")[:1]))
        .select_related("access_request__connection__product__provider")
        .only(
            "diary_number",
            "public_subject",
            "status",
            "is_named_list",
            "access_request__received_at",
            "access_request__connection__product__provider__name",
        )
        .order_by("access_request__received_at", "pk")
    )


def entries(rows: QuerySet) -> Iterator[Entry]:
    for row in rows.iterator(chunk_size=PIECE):
        yield _entry(row)


def _entry(row: Any) -> Entry:
    request = row.access_request
    if row.is_left_out:
        return Entry(row.diary_number, request.received_at, True)
    return Entry(
        row.diary_number,
        request.received_at,
        False,
        request.connection.product.provider.name,
        row.open_subject,
        _state(row),
        row.decided_at,
    )


def _state(row: Any) -> str:
    """No more than everybody may know: not why it ended, nor what was decided."""
    if row.status in ENDED:
        return pgettext("of a case", "closed")
    if row.decided_at:
        return pgettext("of a case", "decided")
    return pgettext("of a case", "open")


# The register as an authority publishes it for everybody: what the public register
# tells in full, until yesterday. Reads only.


def months_of(page: RegisterPage) -> tuple[date, date]:
    """The first days of the first and the last month that it has."""
    last = _last_day()
    first = min(page.since, last)
    return first.replace(day=1), last.replace(day=1)


def entries_of_month(page: RegisterPage, month: date) -> list[Entry]:
    after = (month + timedelta(days=31)).replace(day=1)
    return list(_entries(page, month, after - timedelta(days=1)))


def all_entries(page: RegisterPage) -> Iterator[Entry]:
    return _entries(page, page.since, _last_day())


def _last_day() -> date:
    """What came in today is not there: nobody watches a request while it waits."""
    return acting.today() - timedelta(days=1)


def _entries(page: RegisterPage, since: date, until: date) -> Iterator[Entry]:
    """Neither what is left out in part nor what another authority answers for: so that
    a number which is not there tells nothing of why."""
    rows = public_register(
        page.authority, max(since, page.since), min(until, _last_day())
    )
    rows = rows.filter(is_left_out=False).exclude(status__in=SecrecyReview.MOVED)
    return entries(rows)
