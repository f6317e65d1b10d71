"""The second look: the file is put together, looked through by another, and sent back
or let go."""

import hashlib
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    DisclosedDocument,
    DisclosureRequest,
    Provision,
    Redaction,
)
from requests_app.permissions.handing_out import (
    can_hand_out,
    can_look_or_test,
    can_look_through,
)
from requests_app.redaction import Box, Mask, Page, redacted, what_is_left
from requests_app.workflow.content import keep
from requests_app.workflow.handing_out.front import front_of
from requests_app.workflow.handing_out.sheets import PDF, SHORTEST, bare, drawn_sheets
from requests_app.workflow.step import ChangedSince, note, save, step

Status = DisclosureRequest.Status


class HandOut(NamedTuple):
    """A file that can leave. `pages`: of documents, without what we put before them.
    `versions`: of the documents that it was made of."""

    file: bytes
    pages: int
    versions: list[tuple[int, int]]


def _is_not_tested(_may: Any, row: DisclosureRequest) -> str:
    if row.documents.untested().exists():
        return _("There are documents left to test.")
    if _proposed(row).exists():
        return _("There are proposed places left to judge.")
    return ""


@step(starts_from=(Status.OPEN,), may=can_hand_out, hindrance=_is_not_tested)
def hand_over(row: DisclosureRequest, *, by: Any, made: HandOut | None) -> None:
    """All is tested: somebody else looks through the file, None where nothing is given.
    Raises ChangedSince where documents have been tested since it was made."""
    if made is not None and made.versions != _versions(row):
        raise ChangedSince(_("Something has been tested since: try again."))
    file = made and keep(made.file, PDF, f"{row.number}.pdf")
    save(
        row,
        status=Status.LOOK,
        file=file,
        file_sha256=hashlib.sha256(made.file).hexdigest() if made else "",
        pages=made.pages if made else 0,
        made_by=by,
        made_at=clock.now(),
        sent_back=None,
    )
    note("disclosure_request.handed_over", on=row, by=by, pages=row.pages)


@step(starts_from=(Status.LOOK,), may=can_look_through)
def let_go(row: DisclosureRequest, *, by: Any) -> None:
    """Looked through by somebody who tested and masked nothing in it."""
    save(row, status=Status.READY, looked_by=by, looked_at=clock.now())
    note("disclosure_request.looked_through", on=row, by=by)


def _is_decided_on(_may: Any, row: DisclosureRequest) -> str:
    is_reserved = row.decisions.exists()
    return _("The reservation has been decided on.") if is_reserved else ""


@step(
    starts_from=(Status.LOOK, Status.READY),
    may=can_look_or_test,
    hindrance=_is_decided_on,
    keeps_reason=True,
)
def send_back(row: DisclosureRequest, *, by: Any, reason: str) -> None:
    """To be tested again; the file is made anew after that."""
    save(
        row,
        status=Status.OPEN,
        sent_back=keep(reason),
        file=None,
        file_sha256="",
        pages=0,
        made_by=None,
        made_at=None,
        looked_by=None,
        looked_at=None,
    )
    note("disclosure_request.sent_back", on=row, by=by)


def file_of(row: DisclosureRequest) -> HandOut | None:
    """All that is given, in one file; None where nothing is. It takes time and holds no
    lock. Raises NotTurned, and ValidationError where masked words are still found."""
    versions = _versions(row)
    front = front_of(row)
    pages: list[Page] = [*front]
    masks: dict[int, list[Mask]] = {}
    documents = row.documents.in_file().select_related("paper", "review")
    for document in documents.order_by("pk"):
        for place, on_page in _masks(document).items():
            masks[len(pages) + place] = on_page
        pages += drawn_sheets(document)
    if len(pages) == len(front):
        return None
    file = redacted(pages, masks, row.number)
    if left := what_is_left(file, _masked_words(row)):
        raise ValidationError([*left, _("Mask it there too, or hand it out.")])
    return HandOut(file, len(pages) - len(front), versions)


def _versions(row: DisclosureRequest) -> list[tuple[int, int]]:
    return list(row.documents.order_by("pk").values_list("pk", "version"))


def _masks(document: DisclosedDocument) -> dict[int, list[Mask]]:
    masks: dict[int, list[Mask]] = {}
    rows = document.redactions.filter(status=Redaction.Status.MASKED)
    for row in rows.select_related("provision"):
        box = Box(row.left, row.top, row.right, row.bottom)
        masks.setdefault(row.page - 1, []).append(Mask(box, _label(row.provision)))
    return masks


def _label(provision: Provision | None) -> str:
    """As short as there may be room for."""
    if provision is None:
        return ""
    return f"OSL {provision.chapter}:{provision.paragraph.split(' §')[0]}"


def _masked_words(row: DisclosureRequest) -> list[str]:
    """What is masked, less what somebody has looked at elsewhere and handed out."""
    texts: dict[str, set[str]] = {}
    for one in _places(row).select_related("words"):
        texts.setdefault(one.status, set()).add(bare(one.words.text))
    masked = texts.get(Redaction.Status.MASKED, set())
    given = texts.get(Redaction.Status.GIVEN, set())
    return sorted(word for word in masked - given if len(word) >= SHORTEST)


def _places(row: DisclosureRequest) -> Any:
    given = DisclosedDocument.GIVEN
    return Redaction.objects.filter(
        of_document__request=row, of_document__outcome__in=given
    )


def _proposed(row: DisclosureRequest) -> Any:
    return _places(row).filter(status=Redaction.Status.PROPOSED)
