"""The troubles that simulated providers make when told to: the same for all."""

FAULTS = {
    "slow": "no answer for longer than anybody waits, and nothing happens",
    "400": "refused as a wrong call, and nothing happens",
    "401": "refused as somebody unknown, and nothing happens",
    "403": "refused for want of a right, and nothing happens",
    "429": "refused as too much, with Retry-After, and nothing happens",
    "500": "a fault of its own, and nothing happens",
    "503": "down, and nothing happens",
    "cut": "the connection is closed before anything happens",
    "cut after": "it takes effect, then the connection is closed without an answer",
    "500 after": "it takes effect, then the answer is 500",
    "doubled": "the call arrives twice; a list holds each request twice",
    "out of order": "a list is turned round; a request is shown as it was before",
    "unknown status": "a request is shown once with a status nobody has heard of",
    "skewed clock": "its clock is an hour ahead, once",
    "expired": "just before, the time to answer ran out",
    "other approves": "just before, somebody else approved in the portal",
    "other denies": "just before, somebody else denied in the portal",
}

OVERTAKING = {
    "expired": "expired",
    "other approves": "approved",
    "other denies": "denied",
}
# It takes effect; what comes after is the trouble.
AFTER = ("cut after", "500 after")
# Of a call that changes something: shown when the request is read the next time.
SHOWN_LATER = ("unknown status", "out of order")
UNKNOWN_STATUS = "SomethingNew"
