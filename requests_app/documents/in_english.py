"""What a decision's draft in English says of each outcome, ground and condition."""

from requests_app.models import Condition, HarmTest
from requests_app.models.assessment import Ground

ACT = "the Public Access to Information and Secrecy Act (2009:400)"
TRANSLATED = (
    "This is a translation of the decision made in Swedish on {day}, reference number"
    " {number}. The decision in Swedish is the one that applies."
)
ALL_MUST_GRANT = (
    "The decision applies on condition that the other authorities concerned grant the"
    " request."
)
TRIED: dict[str, str] = {
    HarmTest.Outcome.APPLIES: "Secrecy applies under {provision}{where}.",
    HarmTest.Outcome.UNLESS_RESERVED: (
        "Secrecy applies under {provision}{where}, unless a reservation is made."
    ),
    HarmTest.Outcome.DOES_NOT_APPLY: (
        "Secrecy does not apply under {provision}{where}."
    ),
}
GROUNDS: dict[str, str] = {
    Ground.NOT_SECRET: "No secrecy prevents the disclosure.",
    Ground.TECHNICAL: (
        "Secrecy does not prevent disclosure to a party that only processes or stores"
        " the information by technical means on the authority's behalf, where the"
        " disclosure is not inappropriate (Chapter 10, Section 2 a)."
    ),
    Ground.NECESSARY: (
        "Secrecy does not prevent a disclosure that is necessary for the authority to"
        " perform its functions (Chapter 10, Section 2)."
    ),
    Ground.FOREIGN: (
        "The information may be disclosed to a foreign authority (Chapter 8,"
        " Section 3)."
    ),
    Ground.STATISTICS: (
        "It is clear that the information can be disclosed without harm or detriment"
        " (Chapter 24, Section 8, third paragraph)."
    ),
    Ground.RESERVATION: (
        "The risk of harm is removed by a reservation (Chapter 10, Section 14)."
    ),
}
CONDITIONS: dict[str, str] = {
    Condition.Kind.NAMED_OBJECT: (
        "The access covers only the objects stated in the decision."
    ),
    Condition.Kind.NAMED_ENGINEER: (
        "The provider shall tell the authority before the access which engineer does"
        " the work."
    ),
    Condition.Kind.INSIDE_EEA: (
        "The provider shall have the work done from a place within the EEA."
    ),
    Condition.Kind.SCREEN_SHARE: (
        "The provider shall do the work only by screen sharing with the authority's"
        " staff."
    ),
    Condition.Kind.NO_COPYING: (
        "The provider may not copy, export or read any content beyond what the work"
        " unavoidably requires."
    ),
    Condition.Kind.ACCOUNT: (
        "The provider shall give a written account of the work within five working"
        " days of the end of the access."
    ),
}
