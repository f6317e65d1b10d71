"""How much of a file is taken in before anybody has looked at it."""

import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_FILE = 25 * 1024 * 1024  # bytes, all files of a form together


class BoundedUpload(FileUploadHandler):
    """Lets what is too large run out unread: neither memory nor disk fills with it.

    Its name and size arrive all the same, so that the form can say what is wrong and
    give back what was typed beside it.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0
        self.is_too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.taken += len(raw_data)
        self.is_too_large |= self.taken > LARGEST_FILE
        return None if self.is_too_large else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_too_large:
            return None
        return UploadedFile(
            io.BytesIO(),
            self.file_name,
            self.content_type,
            max(file_size, LARGEST_FILE + 1),
            self.charset,
            self.content_type_extra,
        )
