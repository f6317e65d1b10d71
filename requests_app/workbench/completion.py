"""What follows a step that has been committed: nothing of it may say otherwise."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect

log = logging.getLogger(__name__)


def done(
    request: HttpRequest,
    message: Any,
    *,
    to: Callable[[], str],
    otherwise: str,
    first: Callable[[], Any] = lambda: None,
) -> HttpResponseRedirect:
    """Say that it is done and lead on: `to` the page that follows, or `otherwise`
    where looking for it fails. `first` is what belongs to the step and can wait."""
    messages.success(request, message)
    try:
        first()
        return HttpResponseRedirect(to())
    except Exception:
        log.exception("after %s", request.path)
        return HttpResponseRedirect(otherwise)
