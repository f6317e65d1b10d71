"""OSL 24:8 third paragraph: statistics that may be disclosed all the same."""

from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.ground_answers import answer_sentences
from requests_app.documents.drafting.words import paragraph, sentence

RULE_STATISTICS = (
    "Enligt 24 kap. 8 § tredje stycket OSL får uppgifter som behövs för forsknings-"
    " eller statistikändamål, och uppgifter som inte är direkt hänförliga till den"
    " enskilde, lämnas ut, om det står klart att de kan röjas utan att den som"
    " uppgifterna rör eller någon närstående till denne lider skada eller men."
)


def statistics(case: Case) -> str:
    answers = {
        "yes": "Det står klart att uppgifterna kan röjas utan skada eller men.",
        "no": "Det står inte klart att uppgifterna kan röjas utan skada eller men.",
    }
    own = sentence(case.reasoned_answer("N7").reasons)
    parts = answer_sentences(case, "N7.24-8.clear", answers)
    return paragraph([RULE_STATISTICS, own, *reversed(parts)])
