"""Cases of what is tested, of official documents and of the authority."""

from tests.law.cases import (
    LOG,
    PUPIL,
    REPAIR,
    lawful,
    test_of,
)
from tests.law.read import DISMISSED, FAMILY, HEALTH, OFFICIAL, REFUSED, TENDER, Read

CASES = [
    # -- What is tested --------------------------------------------------------------
    Read(
        "several provisions: the one that gives secrecy prevails",
        "OSL 7:3",
        "ska de senare bestämmelserna ha företräde",
        REPAIR,
        {
            "tests": [*REPAIR["tests"], test_of("OSL-18-8", "applies", "none")],
        },
        "N7",
    ),
    Read(
        "family counselling has no test of harm",
        "OSL 26:3",
        "Sekretess gäller",
        FAMILY,
        {"tests": [test_of("OSL-26-3", "does_not_apply")]},
        "N6",
    ),
    Read(
        "health care: reversed, and so secret unless it is clear",
        "OSL 25:1",
        "om det inte står klart att uppgiften kan röjas",
        HEALTH,
        {"tests": [test_of("OSL-25-1", "applies", "none")]},
        "N7",
    ),
    Read(
        "processing that breaches the regulation is lifted by nothing",
        "OSL 21:7",
        "kommer att behandlas i strid med",
        REPAIR,
        {"tests": [test_of("OSL-21-7", "applies", "osl-10-2a")], "named": []},
        "N9",
    ),
    Read(
        "a person reported: no secrecy against anybody else",
        "OSL 26:5",
        "i förhållande till den som anmälan eller utsagan avser",
        REPAIR,
        {"tests": [*REPAIR["tests"], test_of("OSL-26-5", "applies", "osl-10-2a")]},
        "N6",
    ),
    # -- Official documents (TF) -----------------------------------------------------
    Read(
        "whoever asks need not say who (RÅ 2003 ref. 83: a company may ask)",
        "TF 2:18",
        "får inte",
        LOG,
        {**OFFICIAL, **DISMISSED, "N0": "no"},
        "anonymous",
    ),
    Read(
        "refused for secrecy alone, whatever data protection says",
        "TF 2:15",
        "en allmän handling som får lämnas ut",
        LOG,
        {**OFFICIAL, "N9.processor": "no", "N9.country": "third", "N10": None},
    ),
    Read(
        "handed out without conditions",
        "OSL 10:14",
        "förbehåll",
        LOG,
        {**OFFICIAL, "conditions": 1},
        "conditions",
    ),
    Read(
        "refused where it is secret",
        "TF 2:15",
        "en allmän handling som får lämnas ut",
        lawful(test_of(PUPIL, "applies", "osl-10-2a")),
        {
            **OFFICIAL,
            **REFUSED,
            "tests": [test_of(PUPIL, "applies", "none")],
            "N7": "none",
        },
    ),
    # -- Of the authority ------------------------------------------------------------
    Read(
        "what came from another authority keeps its secrecy",
        "OSL 7:2",
        "gäller sekretess",
        LOG,
        {"N5.transferred": "untested"},
        "N5.transferred",
    ),
    Read(
        "reasons for what the outcome turns on",
        "FL :32",
        "vilka omständigheter som har varit avgörande",
        REPAIR,
        {"unreasoned": frozenset({"N7.10-2a.suitable"})},
        "N7.10-2a.suitable",
    ),
    Read(
        "defence secrecy stops, whatever ground is chosen",
        "OSL 15:2",
        "totalförsvaret",
        REPAIR,
        {"tests": [*REPAIR["tests"], test_of("OSL-15-2", "applies", "osl-10-2a")]},
        "blocks",
    ),
    Read(
        "threatened persons' addresses: 10:2 a may carry it, weighed",
        "OSL 21:3",
        "av särskild anledning kan antas",
        lawful(test_of("OSL-21-3-st1", "applies", "osl-10-2a")),
        {},
    ),
    Read(
        "and not where every circumstance speaks against",
        "OSL 10:2 a",
        "inte är olämpligt",
        lawful(test_of("OSL-21-3-st1", "applies", "osl-10-2a")),
        {
            f"N7.10-2a.{factor}": "against"
            for factor in [
                "data",
                "strength",
                "persons",
                "silence",
                "foreign_law",
                "security",
                "alternatives",
                "expectations",
                "encryption",
            ]
        },
        "N7.10-2a.suitable",
    ),
    Read(
        "tenders until they are opened: nothing, unless the authority holds otherwise",
        "OSL 19:3",
        "inte i något fall",
        TENDER,
        {"settled": ()},
        "N7",
    ),
]
