"""The administrative courts, and which court of appeal each lies under (1 § of
förordningen (1977:937) om allmänna förvaltningsdomstolars behörighet m.m.)."""

UNDER = {
    "Stockholm": ("Stockholm", "Uppsala"),
    "Göteborg": ("Malmö", "Göteborg", "Karlstad"),
    "Sundsvall": ("Falun", "Härnösand", "Umeå", "Luleå"),
    "Jönköping": ("Linköping", "Jönköping", "Växjö"),
}


def choices() -> list[tuple[str, str]]:
    places = sorted(place for below in UNDER.values() for place in below)
    return [(place, administrative_court(place)) for place in places]


def administrative_court(place: str) -> str:
    """By the place where it sits; in general where nobody has said which."""
    return f"Förvaltningsrätten i {place}" if place else "förvaltningsrätten"


def court_of_appeal(place: str) -> str:
    """The administrative court of appeal above the administrative court of a place."""
    above = next((seat for seat, below in UNDER.items() if place in below), "")
    return f"Kammarrätten i {above}" if above else "kammarrätten"
