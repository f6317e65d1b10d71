"""A file that is too large fills no memory and no disk."""

import pytest

from requests_app.core.uploads import LARGEST_FILE, BoundedUpload
from tests.helpers.web import PDF, attach

pytestmark = pytest.mark.django_db


def test_a_file_that_is_too_large_fills_no_memory_and_no_disk(cast):
    subject = cast.assigned()
    answer = attach(cast, subject, "stor.pdf", PDF + bytes(LARGEST_FILE))
    came = answer.wsgi_request.FILES["file"]
    assert came.size > LARGEST_FILE and not hasattr(came, "temporary_file_path")
    handler, part = BoundedUpload(), bytes(LARGEST_FILE // 25)
    handler.new_file("file", "stor.pdf", "application/pdf", None)
    passed = [handler.receive_data_chunk(part, n) for n in range(30)]
    assert passed.count(None) == 5
    told = handler.file_complete(30 * len(part))
    assert told.size == 30 * len(part) and told.read() == b""
