"""Lawful cases, each with one rule broken in it."""

from tests.law import reasons, statute
from tests.law.cases import (
    CONSENT_CASE,
    DEMAND,
    LOG,
    NECESSARY_CASE,
    PUPIL,
    REPAIR,
    RESERVED,
    SEVERAL,
    TESTED,
    changed,
    test_of,
)

# Of the oracle: rule, a lawful case, what is changed in it; and what the law answers.
BREAKS = [
    ("genuine", LOG, {"N0": "no"}, "N0"),
    ("genuine", LOG, {"N0": None}, "N0"),
    ("documents", LOG, {"N0.tf": None}, "N0.tf"),
    ("routed", LOG, {"N1": "unknown"}, "N1"),
    ("routed", LOG, {"N1": None}, "N1"),
    ("reliance then", LOG, {"N2": "missing"}, "N2"),
    ("reliance then", LOG, {"N2": "expired"}, "N2"),
    ("reliance then", LOG, {"N2": "revoked"}, "N2"),
    ("reliance then", LOG, {"N2": None}, "N2"),
    ("reliance now", REPAIR, {"reliance": "missing"}, "N2"),
    ("reliance now", REPAIR, {"reliance": "expired"}, "N2"),
    ("reliance now", REPAIR, {"reliance": "revoked"}, "N2"),
    ("security now", LOG, {"security": "not_assessed"}, "N3"),
    ("security now", LOG, {"security": "suspected"}, "N3"),
    ("security now", LOG, {"security": "yes"}, "N3"),
    ("security answer", LOG, {"N3": "suspected"}, "N3"),
    ("security answer", LOG, {"N3": "yes"}, "N3"),
    ("security answer", LOG, {"N3": None}, "N3"),
    ("class", LOG, {"highest_class": 4}, "class-4"),
    ("exposed", LOG, {"N4": None}, "N4"),
    ("transferred", LOG, {"N5.transferred": "untested"}, "N5.transferred"),
    ("transferred", LOG, {"N5.transferred": None}, "N5.transferred"),
    ("patients", LOG, {"N5.patient": "unmet"}, "N5.patient"),
    ("patients", LOG, {"N5.patient": None}, "N5.patient"),
    ("foreign", LOG, {"N0.foreign": "unclear"}, "N0.foreign"),
    ("foreign", LOG, {"N0.foreign": None}, "N0.foreign"),
    ("foreign", LOG, {"N0.foreign": "yes", "N0.foreign.told": "told"}, "N0.foreign"),
    ("foreign", DEMAND, {"N0.foreign.told": None}, "N0.foreign.told"),
    ("care", LOG, {"N5.care": "others"}, "N5.care"),
    ("care", LOG, {"N5.care": "unclear"}, "N5.care"),
    ("care", LOG, {"N5.care": None}, "N5.care"),
    ("circle", TESTED, {"N5.whistle.circle": "outside"}, "N5.whistle.circle"),
    ("circle", TESTED, {"N5.whistle.circle": None}, "N5.whistle.circle"),
    ("another company", LOG, {"another": True}, "N9.entity"),
    ("whistle", LOG, {"N5.whistle": "unclear"}, "N5.whistle"),
    ("whistle", LOG, {"N5.whistle": None}, "N5.whistle"),
    (
        "whistle tested",
        LOG,
        {"N5.whistle": "tested", "N5.whistle.circle": "unseen"},
        "N5.whistle",
    ),
    ("grounds told", REPAIR, {"N7": None}, "N7"),
    *(
        ("reasons", base, {"unreasoned": frozenset({node})}, node)
        for base, ground in (
            (REPAIR, "osl-10-2a"),
            (NECESSARY_CASE, "osl-10-2"),
            (CONSENT_CASE, "osl-12-2"),
            (RESERVED, "osl-10-14"),
        )
        for node in reasons.REASONED[ground]
    ),
    # A ground alone is given its reasons in its own questions; these have none.
    *(
        ("reasons", base, {"unreasoned": frozenset({"N7"})}, "N7")
        for base in (DEMAND, SEVERAL)
    ),
    *(
        (
            "reasons",
            changed(REPAIR, {"N7.10-2a.data": side}),
            {"unreasoned": frozenset({f"N7.10-2a.{side}"})},
            f"N7.10-2a.{side}",
        )
        for side in ("for", "against")
    ),
    (
        "reasons",
        changed(REPAIR, {"N7.10-2a.data": "for"}),
        {"N7.10-2a.for": None},
        "N7.10-2a.for",
    ),
    (
        "silence",
        REPAIR,
        {"N7.10-2a.silence": "for", "abroad": True},
        "N7.10-2a.silence",
    ),
    (
        "weighed",
        REPAIR,
        {"N7.10-2a.interest": "against"},
        "N7.10-2a.interest",
    ),
    (
        "weighed",
        REPAIR,
        {f"N7.10-2a.{row}": "against" for row in statute.FACTORS if row != "interest"},
        "N7.10-2a.suitable",
    ),
    ("dump", REPAIR, {"N4": "dump"}, "N7.10-2a.technical"),
    (
        "consents",
        CONSENT_CASE,
        {"tests": [test_of(PUPIL, "applies", "osl-12-2", consent=False)]},
        "consent",
    ),
    *(
        (
            "against one",
            REPAIR,
            {"tests": [*REPAIR["tests"], test_of(code, "applies", "osl-10-2a")]},
            "N6",
        )
        for code in statute.AGAINST_ONE
    ),
    (
        "certified",
        LOG,
        {"N9.transfer": "adequacy", "N9.transfer.scope": "yes"},
        "N9.transfer.certified",
    ),
    (
        "certified",
        LOG,
        {
            "N9.transfer": "adequacy",
            "N9.transfer.certified": "no",
            "N9.transfer.scope": "yes",
        },
        "N9.transfer.certified",
    ),
    (
        "covered",
        LOG,
        {
            "N9.transfer": "adequacy",
            "N9.transfer.certified": "yes",
            "N9.transfer.scope": "no",
        },
        "N9.transfer.scope",
    ),
    ("transfer", LOG, {"N9.entity": "provider_third"}, "N9.transfer"),
    ("transfer", LOG, {"N9.country": "third", "N9.entity": "group"}, "N9.transfer"),
    ("impact", LOG, {"N9.dpia": "missing"}, "N9.dpia"),
    ("impact", LOG, {"N9.dpia": None}, "N9.dpia"),
    ("some test", LOG, {"tests": [], "named": []}, "N5"),
    ("every test", LOG, {"named": ["OSL-18-8", "OSL-21-1"]}, "N5"),
    ("controller", LOG, {"N9.controller": "no"}, "N9.controller"),
    ("controller", LOG, {"N9.controller": None}, "N9.controller"),
    ("processor", LOG, {"N9.processor": "no"}, "N9.processor"),
    ("processor", LOG, {"N9.processor": None}, "N9.processor"),
    ("country", LOG, {"N9.country": "unknown"}, "N9.country"),
    ("country", LOG, {"N9.country": None}, "N9.country"),
    ("entity", LOG, {"N9.entity": "unknown"}, "N9.entity"),
    ("entity", LOG, {"N9.entity": None}, "N9.entity"),
    ("transfer answered", LOG, {"N9.transfer": "none"}, "N9.transfer"),
    ("transfer answered", LOG, {"N9.transfer": None}, "N9.transfer"),
    (
        "transfer",
        LOG,
        {"N9.country": "third", "N9.entity": "subcontractor"},
        "N9.transfer",
    ),
    ("special", LOG, {"N9.special": "no"}, "N9.special"),
    ("special", LOG, {"N9.special": None}, "N9.special"),
    ("narrower", LOG, {"N10": "exists"}, "N10"),
    ("narrower", LOG, {"N10": None}, "N10"),
    ("narrowed", LOG, {"N10": "condition"}, "N10"),
    # Longer asked than the product allows: its own limit makes nothing narrower.
    ("narrowed", LOG, {"N10": "condition", "asked": 480}, "N10"),
    # A reservation limits what is done with the information, not the access.
    ("narrowed", RESERVED, {"N10": "condition"}, "N10"),
    ("length", LOG, {"minutes": None}, "minutes"),
    ("length", LOG, {"minutes": 0}, "minutes"),
    ("length", LOG, {"minutes": -1}, "minutes"),
    ("length", LOG, {"minutes": 241}, "minutes"),
    (
        "no conditions on documents",
        LOG,
        {"N0.tf": "yes", "conditions": 1},
        "conditions",
    ),
    ("part", LOG, {"outcome": "partially_granted", "scope": ""}, "scope"),
    ("part", LOG, {"outcome": "partially_granted", "scope": " "}, "scope"),
    ("reservation", LOG, {"reservations": 1}, "reservation"),
    ("reservation", REPAIR, {"reservations": 1}, "reservation"),
    ("reservation", RESERVED, {"reservations": 0}, "reservation"),
    ("freeze", LOG, {"frozen": ("Microsoft: a leak",)}, "freeze"),
    ("freeze", LOG, {"frozen": ("",)}, "freeze"),
    ("ground named", LOG, {"ground": ""}, "ground"),
    ("ground named", REPAIR, {"ground": ""}, "ground"),
    ("ground named", REPAIR, {"ground": "not_secret"}, "ground"),
    ("ground named", RESERVED, {"ground": "osl-10-2a"}, "ground"),
    *(
        (
            "security provisions",
            REPAIR,
            {
                "tests": [*REPAIR["tests"], test_of(code, outcome, "osl-10-2a")],
            },
            "blocks",
        )
        for code in statute.SECURITY_PROVISIONS
        for outcome in ("applies", "applies_unless_reserved")
    ),
    *(
        (
            "absolute",
            REPAIR,
            {"tests": [*REPAIR["tests"], test_of("OSL-26-3", outcome, "osl-10-2a")]},
            "N6",
        )
        for outcome in ("does_not_apply", "applies_unless_reserved")
    ),
]
