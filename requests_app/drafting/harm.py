"""Each provision's own test in words, and how it came out (legal.md 1.4)."""

from collections.abc import Iterable

from requests_app.drafting.case import TriedProvision
from requests_app.drafting.words import lowered, paragraph, sentence
from requests_app.models import HarmTest, Provision

Outcome = HarmTest.Outcome
Kind = Provision.HarmTest

MEN = "den enskilde eller någon närstående lider men"
DAMAGE = "den enskilde lider skada"
BOTH = "den enskilde eller någon närstående lider skada eller men"
CONSIDERABLE = "den enskilde eller någon närstående lider betydande men"
VIOLENCE = (
    "den enskilde eller någon närstående kan komma att utsättas för hot eller våld"
    " eller lida annat allvarligt men"
)
INFORMER = (
    "fara uppkommer för att den som har lämnat uppgiften eller någon närstående"
    " utsätts för våld eller lider annat allvarligt men"
)
POSITION = "det allmännas ställning som {} försämras"
DEFEATED = "syftet med {} motverkas"

# The harm that the paragraph names, where it is not detriment to the individual.
HARMS = {
    "OSL-15-1": (
        "det stör Sveriges mellanfolkliga förbindelser eller på annat sätt skadar"
        " landet"
    ),
    "OSL-15-1b": "Sveriges möjlighet att delta i samarbetet försämras",
    "OSL-15-2": (
        "det skadar landets försvar eller på annat sätt vållar fara för rikets säkerhet"
    ),
    "OSL-17-1": DEFEATED.format("granskningsverksamheten"),
    "OSL-17-3b": DEFEATED.format("uppföljningen"),
    "OSL-17-3c": DEFEATED.format("provet"),
    "OSL-18-1": (
        "syftet med beslutade eller förutsedda åtgärder motverkas eller den framtida"
        " verksamheten skadas"
    ),
    "OSL-18-8": DEFEATED.format("säkerhets- eller bevakningsåtgärden"),
    "OSL-18-8b": (
        "den rapporterande verksamhetsutövarens framtida verksamhet skadas eller"
        " syftet med vidtagen åtgärd motverkas"
    ),
    "OSL-18-9": DEFEATED.format("metoden"),
    "OSL-18-13": (
        "det allmännas möjligheter att förebygga och hantera fredstida kriser motverkas"
    ),
    "OSL-18-13a": (
        "det allmännas möjligheter att förebygga och hantera allvarliga"
        " våldssituationer och hot om sådana motverkas"
    ),
    "OSL-18-16b": "varorna kan komma till brottslig användning",
    "OSL-19-1": ("någon som driver likartad rörelse gynnas på myndighetens bekostnad"),
    "OSL-19-3-st1": "det allmänna lider skada",
    "OSL-19-6": POSITION.format("förhandlingspart"),
    "OSL-19-7": POSITION.format("part i arbetskonflikt"),
    "OSL-19-9": POSITION.format("part i rättstvisten"),
    "OSL-21-1": ("den enskilde eller någon närstående kommer att lida betydande men"),
    "OSL-21-3-st1": VIOLENCE,
    "OSL-21-3a": VIOLENCE,
    "OSL-21-5": (
        "fara uppkommer för att någon utsätts för övergrepp eller lider annat"
        " allvarligt men på grund av utlänningens förhållande till en utländsk stat,"
        " myndighet eller organisation"
    ),
    "OSL-26-11-st1": CONSIDERABLE,
    "OSL-26-12": CONSIDERABLE,
    "OSL-30-20": BOTH,
    "OSL-30-27-st1p1": DAMAGE,
    "OSL-31-16": DAMAGE,
    "OSL-31-17": DAMAGE,
    "OSL-31-23": "rättighetshavaren lider skada",
    "OSL-32-3b-st2p2": "den enskilde lider skada eller men",
    "OSL-32-4": "den enskilde lider skada eller men",
    "OSL-32-8": BOTH,
    "OSL-35-1-st1p3": BOTH,
    "OSL-38-7-st1p1": DAMAGE,
    "OSL-39-3-st1": (
        "den enskilde eller någon närstående utsätts för våld eller lider annat"
        " allvarligt men"
    ),
    "OSL-40-6": CONSIDERABLE,
}
MUST = ("OSL-21-1",)
SPECIAL = (
    "OSL-21-3-st1",
    "OSL-22-1-st1",
    "OSL-23-2-st3",
    "OSL-23-5-st2",
    "OSL-31-16",
)


class Words:
    """A paragraph's test: its condition, and what is said when it is met or not."""

    condition: str
    met: str
    unmet: str
    they = "uppgifterna"


class StraightWords(Words):
    """It can be assumed that harm follows."""

    def __init__(self, code: str, harm: str) -> None:
        follows = f"{harm} om uppgiften röjs"
        unmet = f"{harm} om uppgifterna röjs"
        if code in MUST:
            self.condition = f"det måste antas att {follows}"
            self.met = "En sådan följd måste antas"
            self.unmet = (
                f"Omständigheterna är inte sådana att det måste antas att {unmet}"
            )
        elif code in SPECIAL:
            self.condition = f"det av särskild anledning kan antas att {follows}"
            self.met = "Särskild anledning att anta en sådan följd finns"
            self.unmet = f"Det finns ingen särskild anledning att anta att {unmet}"
        else:
            self.condition = f"det kan antas att {follows}"
            self.met = "En sådan följd kan antas"
            self.unmet = f"Det kan inte antas att {unmet}"


class ReverseWords(Words):
    """Secrecy unless it is clear that no harm follows."""

    they = "de"

    def __init__(self, harm: str) -> None:
        self.condition = f"det inte står klart att uppgiften kan röjas utan att {harm}"
        self.met = "Det står inte klart att uppgifterna kan röjas utan en sådan följd"
        self.unmet = f"Det står klart att uppgifterna kan röjas utan att {harm}"


class ProcessingWords(Words):
    """OSL 21:7 asks of later processing, not of harm."""

    follows = "efter ett utlämnande kommer att behandlas i strid med"
    condition = (
        f"det kan antas att uppgiften {follows} dataskyddsförordningen eller de"
        " bestämmelser som kompletterar den"
    )
    met = "En sådan behandling kan antas"
    unmet = (
        f"Det kan inte antas att uppgifterna {follows} dataskyddsförordningen eller"
        " de bestämmelser som kompletterar den"
    )


class WeightWords(Words):
    """OSL 17:2 asks of the weight of the control."""

    they = "de"
    follows = "av synnerlig vikt att {} inte röjs för den som kontrollen avser"
    condition = (
        f"det med hänsyn till syftet med kontrollen är {follows.format('uppgiften')}"
    )
    met = f"Det är {follows.format('uppgifterna')}"
    unmet = f"Det är inte {follows.format('uppgifterna')}"


class InformerWords(Words):
    """OSL 25:7 and 26:5 hold only against the person reported on."""

    against = "i förhållande till den som anmälan eller utsagan avser"
    condition = f"det {against} kan antas att {INFORMER} om uppgiften röjs"
    met = f"En sådan fara kan antas {against}"
    unmet = "Det är inte den som anmälan eller utsagan avser som begär uppgifterna"


OWN: dict[str, type[Words]] = {
    "OSL-17-2": WeightWords,
    "OSL-21-7": ProcessingWords,
    "OSL-25-7": InformerWords,
    "OSL-26-5": InformerWords,
}


def words_for(test: TriedProvision) -> Words:
    if test.code in OWN:
        return OWN[test.code]()
    harm = HARMS.get(test.code, MEN)
    return (
        ReverseWords(harm)
        if test.harm_test == Kind.REVERSE
        else StraightWords(test.code, harm)
    )


def condition_of(provision: Provision) -> str:
    """When secrecy applies by it, as the paragraph says; not for absolute secrecy."""
    harm_test = provision.harm_test
    return words_for(TriedProvision(provision.code, "", "", harm_test, "")).condition


def provision_paragraph(test: TriedProvision) -> str:
    """The paragraph's own condition, the lawyer's words, and the conclusion."""
    named, own = _named(test), _own_words(test)
    if test.outcome == Outcome.STRUCK:
        struck = f"Sådana uppgifter som avses i {named} förekommer inte."
        return paragraph([struck, *own])
    if test.harm_test == Kind.ABSOLUTE:
        rule = f"Enligt {named} gäller sekretess utan skadeprövning."
        return paragraph([rule, *own, "Uppgifterna är därför sekretessbelagda."])
    words = words_for(test)
    if test.outcome == Outcome.DOES_NOT_APPLY:
        end = f"Sekretess gäller därför inte enligt {named}."
        return paragraph([*own, f"{words.unmet}.", end])
    rule = f"Enligt {named} gäller sekretess om {words.condition}."
    return paragraph([rule, *own, _conclusion(test, words)])


def provision_paragraphs(tests: Iterable[TriedProvision]) -> list[str]:
    """A paragraph for each that hinders, and one for all that do not."""
    rows = list(tests)
    hindering = [provision_paragraph(test) for test in rows if test.hinders]
    others = sorted(
        (test for test in rows if not test.hinders),
        key=lambda test: test.outcome == Outcome.STRUCK,
    )
    return [*hindering, paragraph(provision_paragraph(test) for test in others)]


def _named(test: TriedProvision) -> str:
    title = lowered(test.title).replace(" (", ", ").replace(")", "")
    return f"{test.citation} ({title})"


def _own_words(test: TriedProvision) -> list[str]:
    sentences = []
    if test.facts_for.strip():
        sentences += ["För sekretess talar följande.", sentence(test.facts_for)]
    if test.facts_against.strip():
        sentences += ["Mot sekretess talar följande.", sentence(test.facts_against)]
    return [*sentences, sentence(test.reasons)]


def _conclusion(test: TriedProvision, words: Words) -> str:
    if test.outcome == Outcome.APPLIES:
        return f"{words.met}, och {words.they} är därför sekretessbelagda."
    return (
        f"{words.met}, om det inte ställs ett förbehåll som begränsar mottagarens rätt"
        " att lämna uppgifterna vidare eller utnyttja dem."
    )
