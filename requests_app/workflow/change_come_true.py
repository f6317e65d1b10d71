"""What a change of a register does when a second person has confirmed it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from requests_app.models import (
    CloudObject,
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    Origin,
    Provision,
    RegisterChange,
    SecrecyReview,
)
from requests_app.permissions.roles import today

Act = RegisterChange.Act
# Codes of provisions that come with a set: rows of their own.
PROVISIONS = "provisions"


def come_true(change: RegisterChange) -> None:
    """Inside the step that confirms it. Raises ValidationError where the row would not
    do as it would become."""
    model = change.row_model
    values = {k: v for k, v in change.new_values.items() if k != PROVISIONS}
    if change.act == Act.ADD:
        row = model(**values)
    else:
        row = model._base_manager.select_for_update().get(pk=change.row_id)
    for name, value in values.items():
        setattr(row, name, value)
    if change.act == Act.REMOVE:
        row.delete()
    else:
        is_move = isinstance(row, CloudObject) and "authority_id" in change.new_values
        if is_move:
            _refuse_to_move(row)
        row.full_clean()
        row.save()
        if is_move:
            _leave_behind(row)
        _add_provisions(row, change.new_values.get(PROVISIONS, []))
        _tie_to_origin(change, row)
    _refuse_empty_list(row)


def _add_provisions(row: Any, codes: list[str]) -> None:
    """To a set, the newest version of each that has begun."""
    begun = Provision.objects.exclude(valid_from__gt=today()).filter(code__in=codes)
    newest = begun.order_by(F("valid_from").asc(nulls_first=True))
    for provision in {one.code: one for one in newest}.values():
        InformationSetProvision(information_set=row, provision=provision).save()


def _tie_to_origin(change: RegisterChange, row: Any) -> None:
    """From here on the row says where it comes from."""
    origin = Origin.objects.filter(change=change, row_id=None).first()
    if origin is not None:
        origin.row_id = row.pk
        origin.save()


def _foreign_links(row: CloudObject) -> Any:
    return row.information_links.exclude(information_set__authority=row.authority_id)


def _refuse_to_move(row: CloudObject) -> None:
    """What a review goes by does not change under it. The branch stays behind."""
    reviews = row.requested.filter(
        review__status__in=SecrecyReview.OPEN, removed_in_revision=None
    )
    if reviews.exists():
        raise ValidationError(_("An open review names it: wait until that is closed."))
    if _foreign_links(row).filter(information_set__is_named_list=True).exists():
        text = _("It lies in a set on a named list: take the set off the list first.")
        raise ValidationError(text)
    if row.branch is not None and row.branch.authority_id != row.authority_id:
        row.branch = None


def _leave_behind(row: CloudObject) -> None:
    """The sets of the authority that it has left do not come along: another authority
    may not even know of them (OSL 8:1)."""
    for link in _foreign_links(row):
        link.delete()


def _refuse_empty_list(row: Any) -> None:
    """A set on a named list names somebody: else nobody could see its reviews."""
    about = row.information_set_id if isinstance(row, InformationSetPerson) else row.pk
    if not isinstance(row, InformationSet | InformationSetPerson):
        return
    listed = InformationSet.objects.filter(pk=about, is_named_list=True)
    if listed.filter(named_people=None).exists():
        text = _("A set on a named list names somebody: confirm that first.")
        raise ValidationError(text)
