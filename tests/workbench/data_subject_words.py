"""The words that a person would use at what data subjects ask for, and to oversee it."""

CONTENT_WORDS = {
    "open-content": lambda obj, by: {"reason": "x"},
    "shut-content": lambda obj, by: {},
    "close-list": lambda obj, by: {"reason": "x"},
    "confirm-list": lambda obj, by: {},
    "open-list": lambda obj, by: {"reason": "x"},
}
DATA_SUBJECT_WORDS = {
    "datasubjectrequest": {
        "settle": lambda obj, by: {"status": "refused", "reasons": "x"},
        "disclose": lambda obj, by: {"given": "x"},
        "identify": lambda obj, by: {"identity": "document"},
        "extend": lambda obj, by: {"reason": "x"},
    },
}
