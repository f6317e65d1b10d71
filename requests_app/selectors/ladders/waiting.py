"""What waits with a time to answer, and for whom."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests_app.models import AccessRequest, Act, NoticeChannel, SecrecyReview


@dataclass
class Waiting:
    """A line of start pages, and whom it stands on one for."""

    item: str
    about: Any
    act: str
    turn: int
    ends_at: datetime
    people: dict[int, Any] = field(default_factory=dict)
    channels: dict[int, NoticeChannel] = field(default_factory=dict)
    # Whom rungs mean for whom it does not wait, as far as one has been looked for.
    others: dict[int, Any] = field(default_factory=dict)

    @property
    def review(self) -> SecrecyReview | None:
        return self.about if isinstance(self.about, SecrecyReview) else None

    @property
    def comes_in_floods(self) -> bool:
        """Is it a new request by mail, of which many may come at once?"""
        by_mail = self.access_request.received_by == AccessRequest.ReceivedBy.MAIL
        return self.act == Act.REGISTER and by_mail

    @property
    def access_request(self) -> Any:
        return request_of(self.about)

    @property
    def authority_id(self) -> int:
        review = self.review
        if review is not None:
            return review.authority_id
        return self.access_request.connection.authority_id

    def person(self, key: int) -> Any:
        return self.people.get(key) or self.others[key]


def request_of(about: Any) -> Any:
    return getattr(about, "access_request", about)
