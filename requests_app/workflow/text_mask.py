"""Personal data in texts of a case: corrected, restricted, lifted, and told of."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.case_texts import CaseText, texts_of
from requests_app.documents.handed_out import HandedOut, handed_out
from requests_app.models import (
    Content,
    MaskedText,
    RecipientNotice,
    SecrecyReview,
    TextMask,
)
from requests_app.models.content import as_text
from requests_app.permissions.roles import today
from requests_app.permissions.text_mask import can_lift, can_tell_recipients
from requests_app.words import masking
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, save, step

Kind = TextMask.Kind


@step(may="masks")
def correct_personal_data(
    review: SecrecyReview,
    *,
    by: Any,
    texts: list[str],
    words: str,
    right: str,
    ground: str,
    request: Any = None,
    is_known: bool = False,
) -> TextMask:
    """From now on the texts, by digest, read with the right words (GDPR article 16);
    what was kept stays. Raises ValidationError at the field that is wrong."""
    chosen = _chosen(review, texts)
    _refuse_without(chosen, words)
    for name, text in (("right", right), ("ground", ground)):
        if masking.holds(text, "", words):
            raise ValidationError({name: _("The wrong words stand here again.")})

    def holds(content: Content | None) -> bool:
        return content is not None and masking.holds(
            content.text, content.media_type, words
        )

    gone = handed_out(review, holds)
    _refuse_unknowing(gone, is_known)

    def reads(content: Content) -> str:
        kind = content.media_type
        return masking.corrected(content.text, kind, words, right, today())

    mask = _new(review, Kind.CORRECTION, by, ground, request)
    _put_on(mask, chosen, reads, gone)
    note("text_mask.corrected", on=review, by=by, texts=len(chosen))
    return mask


@step(may="masks")
def restrict_texts(
    review: SecrecyReview,
    *,
    by: Any,
    texts: list[str],
    ground: str,
    request: Any = None,
    is_known: bool = False,
) -> TextMask:
    """From now on the texts are read with a basis alone (GDPR article 18)."""
    chosen = _chosen(review, texts)
    digests = {row.content.digest for row in chosen}
    gone = handed_out(review, lambda text: text is not None and text.digest in digests)
    _refuse_unknowing(gone, is_known)
    mask = _new(review, Kind.RESTRICTION, by, ground, request)
    _put_on(
        mask,
        chosen,
        lambda content: masking.restricted(content.media_type, today()),
        gone,
    )
    note("text_mask.restricted", on=review, by=by, texts=len(chosen))
    return mask


def _is_restriction(_may: Any, mask: TextMask) -> str:
    if mask.kind != Kind.RESTRICTION:
        return _("What was corrected stays so: correct it anew.")
    if not mask.stands:
        return _("It has been lifted.")
    return ""


@step(may=can_lift, hindrance=_is_restriction, keeps_reason=True)
def lift_restriction(
    mask: TextMask, *, by: Any, reason: str, subject_told_on: date
) -> None:
    """The texts are read as before: after the data subject was told (GDPR 18.3)."""
    if not mask.made_at.date() <= subject_told_on <= today():
        text = _("Tell the data subject first, after the texts were restricted.")
        raise ValidationError({"subject_told_on": text})
    save(
        mask,
        lifted_at=clock.now(),
        lifted_by=by,
        lifted_because=keep(reason),
        subject_told_on=subject_told_on,
    )
    for row in mask.texts.select_related("original"):
        standing = MaskedText.objects.filter(
            original=row.original, mask__lifted_at=None
        ).order_by("-pk")
        last = standing.select_related("reads").first()
        save(row.original, reads_as=last.reads if last else None)
    note("text_mask.lifted", on=mask.review, by=by)


def _has_untold(_may: Any, mask: TextMask) -> str:
    return "" if mask.notices.waiting().exists() else _("Everybody has been told.")


@step(may=can_tell_recipients, hindrance=_has_untold)
def tell_recipient(
    mask: TextMask, *, by: Any, notice: RecipientNotice, how: str
) -> None:
    """Told that what they were given is corrected or restricted, or why that can't be
    done (GDPR article 19)."""
    save(notice, told_at=clock.now(), told_by=by, how=keep(how))
    save(mask)
    note("text_mask.recipient_told", on=mask.review, by=by, notice=notice.pk)


def _chosen(review: SecrecyReview, digests: list[str]) -> list[CaseText]:
    by_digest = {row.content.digest: row for row in texts_of(review)}
    if not digests or not set(digests) <= set(by_digest):
        raise ValidationError({"texts": _("Choose among the texts of this case.")})
    restricted = MaskedText.objects.filter(
        original__in=digests, mask__kind=Kind.RESTRICTION, mask__lifted_at=None
    )
    if restricted.exists():
        text = _("A text that you chose is restricted: lift that first.")
        raise ValidationError({"texts": text})
    return [by_digest[digest] for digest in digests]


def _refuse_without(chosen: list[CaseText], words: str) -> None:
    lacking = [
        row.label
        for row in chosen
        if not masking.holds(row.content.text, row.content.media_type, words)
    ]
    if lacking:
        text = _("The words do not stand in: %(texts)s.")
        raise ValidationError({"words": text % {"texts": "; ".join(lacking)}})


def _refuse_unknowing(gone: list[HandedOut], is_known: bool) -> None:
    if gone and not is_known:
        text = _("It has been handed out. %(to)s. They are to be told: tick that here.")
        to = "; ".join(map(str, gone))
        raise ValidationError({"is_known": text % {"to": to}})


def _new(review: Any, kind: str, by: Any, ground: str, request: Any) -> TextMask:
    mask = TextMask(
        kind=kind,
        review=review,
        request=request,
        ground=keep(ground),
        made_by=by,
        made_at=clock.now(),
    )
    save(mask)
    save(review)
    return mask


def _put_on(
    mask: TextMask,
    chosen: list[CaseText],
    reads: Callable[[Content], str],
    gone: list[HandedOut],
) -> None:
    for row in chosen:
        content = row.content
        masked = keep(reads(content), content.media_type, content.file_name)
        MaskedText.objects.create(
            mask=mask, original=content, reads=masked, label=row.label[:200]
        )
        save(content, reads_as=masked)
    for one in gone:
        RecipientNotice.objects.create(
            mask=mask, way=one.way, recipient=one.recipient, handed_out_at=one.at
        )


def original_of(row: MaskedText) -> str:
    return as_text(row.original.original)
