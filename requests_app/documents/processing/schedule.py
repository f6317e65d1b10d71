"""The schedule of retention."""

from requests_app.documents.processing.declared import tables
from requests_app.documents.processing.sheet import Facts, Section


def sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Grund",
            (
                "Personuppgifter får inte förvaras i en form som möjliggör"
                " identifiering av den registrerade under en längre tid än vad som är"
                " nödvändigt för ändamålen (artikel 5.1 e i dataskyddsförordningen,"
                " (EU) 2016/679). Allmänna handlingar får gallras under de"
                " förutsättningar som anges i 10 § arkivlagen (1990:782). Systemet tar"
                " bort sådana först när ett gallringsbeslut har införts. Där det står"
                " ”beslut krävs” tas inget bort.",
                f"Planen gäller {facts.authority}.",
            ),
        ),
        Section(
            "Vad, hur länge och varför",
            columns=("Register", "Hur länge", "Räknat från", "Grund"),
            rows=[(row.name, row.how_long, row.after, row.basis) for row in tables()],
        ),
        Section(
            "Loggen",
            (
                "En rad i loggen anger numret på den som har handlat, och inget namn."
                " Vad raden handlar om förvaras för sig och kan gallras på en persons"
                " förslag och en annans beslut. Raden står kvar, och loggen säger att"
                " innehållet har gallrats.",
            ),
        ),
    ]
