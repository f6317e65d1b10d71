"""Why a document could not be turned, as a code: words are found outside."""


class Fault(Exception):
    def __init__(self, code: str, number: int = 0) -> None:
        super().__init__(code)
        self.code, self.number = code, number
