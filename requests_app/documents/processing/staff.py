"""What those who work with the system are told, and the points of the MBL."""

from requests_app.documents.processing.sheet import UNFILLED, Facts, Section

WHAT_AND_WHY = (
    Section(
        "Vad som antecknas om dig",
        points=(
            "Ditt namn eller alias, din titel, e-postadress, dina roller och när du"
            " är frånvarande.",
            "När du loggar in, vad du öppnar, söker efter, ändrar och tar ut, och"
            " vad du nekas.",
            "Vad du har skrivit i ett ärende, och beslut som du har fattat.",
        ),
    ),
    Section(
        "Varför, och med vilken rätt",
        (
            "För att beslut ska kunna visas vara riktigt fattade och för att"
            " obehörig läsning ska upptäckas: artikel 6.1 e och artikel 32 i"
            " dataskyddsförordningen. Uppgifterna används inte för att mäta hur"
            " mycket eller hur fort någon arbetar.",
        ),
    ),
)
RIGHTS_AND_WORK = (
    Section(
        "Hur länge",
        (
            "Så länge som gallringsplanen säger. Loggens rader har ditt nummer och"
            " inte ditt namn.",
        ),
    ),
    Section(
        "Dina rättigheter",
        (
            "Du kan begära tillgång (artikel 15), rättelse (16), radering (17) och"
            " begränsning (18), och invända mot behandlingen (21). Radering gäller"
            " inte det som måste bevaras som allmän handling. Du kan klaga hos"
            " Integritetsskyddsmyndigheten (artikel 77). Inga beslut om dig fattas"
            " automatiskt (artikel 22).",
        ),
    ),
    Section(
        "Medbestämmande och arbetsmiljö",
        (
            "Att följa vad anställda läser kan vara en viktigare förändring av"
            " arbetsförhållandena. Då ska arbetsgivaren på eget initiativ förhandla"
            " innan den beslutar (11 § lagen (1976:580) om medbestämmande i"
            " arbetslivet). Arbetsgivaren ska också fortlöpande informera (19 §).",
            "När en ändring planeras ska riskerna bedömas (Arbetsmiljöverkets"
            " föreskrifter AFS 2023:1 om systematiskt arbetsmiljöarbete).",
        ),
        columns=("Punkt", "Hos oss"),
        rows=(
            ("Förhandlat enligt 11 §, med vilka och när", UNFILLED),
            ("Informerat enligt 19 §, vilka och när", UNFILLED),
            ("Riskbedömning gjord, av vem och när", UNFILLED),
            ("Gränser för ovanlig läsning, och vem som ändrar dem", UNFILLED),
            ("Vem som får ta del av loggen, och för vilka ändamål", UNFILLED),
        ),
    ),
)


def sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Vem som svarar för behandlingen",
            (
                f"Personuppgiftsansvarig: {facts.authority}. Kontakt: {facts.contact}.",
                f"Dataskyddsombud: {facts.officer}.",
            ),
        ),
        *WHAT_AND_WHY,
        Section(
            "Vem som ser det",
            points=(
                "Du själv, på sidan Min logg, också vem som har sett den.",
                "Granskare, efter att ha angett ett ändamål. Chefer ser ärenden och vem"
                " som har dem, inte vad du läser.",
                f"Den som driver systemet åt myndigheten: {facts.processor}.",
            ),
        ),
        *RIGHTS_AND_WORK,
    ]
