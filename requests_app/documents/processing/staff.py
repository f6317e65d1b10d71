"""What those who work with the system are told, and the points of the MBL."""

from requests_app.documents.processing.sheet import UNFILLED, Facts, Section

WHAT_AND_WHY = (
    Section(
        "Vilka uppgifter som behandlas om dig",
        points=(
            "Ditt namn eller alias, din titel, e-postadress, dina roller och när du"
            " är frånvarande.",
            "När du loggar in, vad du öppnar, söker efter, ändrar och tar ut, och"
            " vad du nekas åtkomst till.",
            "Vad du har skrivit i ett ärende, och beslut som du har fattat.",
        ),
    ),
    Section(
        "Ändamål och rättslig grund",
        (
            "Myndigheten ska kunna visa att beslut är riktigt fattade, och obehörig"
            " läsning ska upptäckas. Den rättsliga grunden är artikel 6.1 e i"
            " dataskyddsförordningen, (EU) 2016/679, och myndigheten är skyldig att"
            " skydda uppgifterna enligt artikel 32. Uppgifterna används inte för att"
            " mäta hur mycket eller hur fort någon arbetar.",
        ),
    ),
)
RIGHTS_AND_WORK = (
    Section(
        "Hur länge",
        (
            "Uppgifterna förvaras så länge som gallringsplanen anger. Loggens rader"
            " har ditt nummer och inte ditt namn.",
        ),
    ),
    Section(
        "Dina rättigheter",
        (
            "Du kan begära tillgång till dina uppgifter (artikel 15), rättelse"
            " (artikel 16), radering (artikel 17) och begränsning av behandlingen"
            " (artikel 18), och du kan invända mot behandlingen (artikel 21). Uppgifter"
            " i allmänna handlingar som ska bevaras raderas inte. Du kan lämna in ett"
            " klagomål till Integritetsskyddsmyndigheten (artikel 77). Inget beslut om"
            " dig grundas enbart på automatiserad behandling (artikel 22).",
        ),
    ),
    Section(
        "Medbestämmande och arbetsmiljö",
        (
            "Att anteckna vad anställda läser kan vara en viktigare förändring av"
            " arbetsförhållandena. Innan arbetsgivaren beslutar om en sådan ska den på"
            " eget initiativ förhandla med den arbetstagarorganisation som den är"
            " bunden av kollektivavtal med (11 § lagen (1976:580) om medbestämmande i"
            " arbetslivet). Arbetsgivaren ska också fortlöpande hålla organisationen"
            " underrättad om bland annat riktlinjerna för personalpolitiken (19 §).",
            "Riskerna i arbetsmiljön bedöms innan systemet börjar användas.",
        ),
        columns=("Punkt", "Hos oss"),
        rows=(
            ("Förhandlat enligt 11 §, med vilka och när", UNFILLED),
            ("Underrättat enligt 19 §, vilka och när", UNFILLED),
            ("Riskbedömning gjord, av vem och när", UNFILLED),
            ("Gränser för ovanlig läsning, och vem som ändrar dem", UNFILLED),
            ("Vem som får ta del av loggen, och för vilka ändamål", UNFILLED),
        ),
    ),
)


def sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Personuppgiftsansvarig och dataskyddsombud",
            (
                f"Personuppgiftsansvarig: {facts.authority}. Kontakt: {facts.contact}.",
                f"Dataskyddsombud: {facts.officer}.",
            ),
        ),
        *WHAT_AND_WHY,
        Section(
            "Vem som får ta del av uppgifterna",
            points=(
                "Du själv, på sidan Min logg. Där står också vem som har sett den.",
                "Granskare, efter att ha angett ett ändamål. Chefer ser ärenden och vem"
                " som handlägger dem, men inte vad du läser.",
                "Var och en som begär en allmän handling, efter sekretessprövning.",
                f"Den som driver systemet åt myndigheten: {facts.processor}.",
            ),
        ),
        *RIGHTS_AND_WORK,
    ]
