"""Django's sessions in the database, read by a query that is written once. A session is
kept under a digest of its key: whoever reads the database is nobody by that."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from audit_app.prewritten import Prewritten


@Prewritten
def _sessions(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


def digest_of(key: str) -> str:
    """A session's name in the database: the first 40 hexadecimal digits of SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def key_salt(self) -> str:
        """What a session holds is signed for its own key: copied to another's row, it
        signs nobody in."""
        return f"{super().key_salt} {self.session_key}"

    def exists(self, session_key: str) -> bool:
        return super().exists(digest_of(session_key))

    def create_model_instance(self, data: Any) -> Any:
        session = super().create_model_instance(data)
        session.session_key = digest_of(session.session_key)
        return session

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(digest_of(key))

    def _get_session_from_db(self) -> Any:
        for session in _sessions(digest_of(self.session_key or ""), timezone.now()):
            return session
        self._session_key = None
        return None
