"""Requests of data subjects: who records, handles, answers and oversees them."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import DataSubjectRequest, Role
from requests_app.permissions.roles import authorities_of, has_role

REQUEST_RECORDERS = (Role.DATA_PROTECTION_OFFICER, Role.REGISTRAR)
# The officer advises and oversees, and answers nothing for the authority (GDPR 38.6).
REQUEST_SETTLERS = (Role.DECISION_MAKER,)
REQUEST_HANDLERS = (Role.REGISTRAR, *REQUEST_SETTLERS)
REQUEST_READERS = (*REQUEST_RECORDERS, *REQUEST_SETTLERS, Role.AUDITOR)


def can_record_request(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *REQUEST_RECORDERS, authority=authority)


def data_subject_requests_visible_to(user: Any) -> QuerySet[DataSubjectRequest]:
    return _of(user, *REQUEST_READERS)


def data_subject_requests_to_settle(user: Any) -> QuerySet[DataSubjectRequest]:
    """Nobody answers their own."""
    return _of(user, *REQUEST_SETTLERS).exclude(account=user.pk)


def can_handle_request(user: Any, row: DataSubjectRequest) -> bool:
    """Say who asks, and that it takes longer: of others' requests."""
    is_own = row.account_id == user.pk
    return not is_own and has_role(user, *REQUEST_HANDLERS, authority=row.authority_id)


def can_gather(user: Any, row: DataSubjectRequest) -> bool:
    """See how much is kept about whoever asks, once it is known who that is; of content
    nothing. Nobody gathers for themselves."""
    gatherers = (*REQUEST_RECORDERS, *REQUEST_SETTLERS)
    is_own = row.account_id == user.pk
    return not is_own and has_role(user, *gatherers, authority=row.authority_id)


def can_settle_request(user: Any, row: DataSubjectRequest) -> bool:
    return data_subject_requests_to_settle(user).filter(pk=row.pk).exists()


def _of(user: Any, *roles: str) -> QuerySet[DataSubjectRequest]:
    return DataSubjectRequest.objects.filter(authority__in=authorities_of(user, *roles))
