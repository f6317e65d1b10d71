"""A client whom no brake knows."""

from itertools import count

import django.test


class Client(django.test.Client):
    """From another address each time: no brake answers in the place of the page."""

    numbers = count()

    def generic(self, *args, **more):
        number = next(self.numbers)
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        return super().generic(*args, **{**more, "REMOTE_ADDR": address})
