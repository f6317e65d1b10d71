"""Take an authority's closed cases out as a package for its archive (E-ARK SIP, FGS),
into a folder; or look whether such a package is whole. Needs the owner's login."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockbox_site.management.asking import municipality_numbered, owners_account
from requests_app.core.people.models import Authority
from requests_app.core.step import WrongState
from requests_app.records.archive import standards
from requests_app.records.steps import take_out_to


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("authority", nargs="?", help="its code, such as GSN")
        parser.add_argument("--municipality", help="its organisation number")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--case", default="", help="a diary number")
        which.add_argument("--year", type=int, help="in which cases were registered")
        parser.add_argument("--to", type=Path, help="a folder that is there")
        parser.add_argument(
            "--verify", type=Path, help="a package: only look whether it is whole"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self._verify(options["verify"])
            return
        place = options["to"]
        if not options["authority"] or place is None or not place.is_dir():
            raise CommandError(
                "Say the authority's code, and --to a folder that is there."
            )
        system = owners_account("takes nothing out")
        municipality = municipality_numbered(options["municipality"])
        authority = Authority.objects.filter(
            municipality=municipality, code=options["authority"]
        ).first()
        if authority is None:
            raise CommandError(
                f"{municipality} has no authority {options['authority']}."
            )
        try:
            delivery = take_out_to(
                place,
                by=system,
                authority=authority,
                year=options["year"],
                number=options["case"],
            )
        except (ValidationError, WrongState) as error:
            raise CommandError(
                " ".join(getattr(error, "messages", [str(error)]))
            ) from error
        self.stdout.write(
            f"{place / delivery.number}: {len(delivery.cases)} cases,"
            f" {delivery.files} files. SHA-256 of METS.xml: {delivery.digest}"
        )

    def _verify(self, folder: Path) -> None:
        for sentence in (faults := standards.faults(folder)):
            self.stdout.write(sentence)
        if faults:
            raise CommandError(f"The package has {len(faults)} faults.")
        self.stdout.write(
            f"It is whole. SHA-256 of METS.xml: {standards.digest_of(folder)}"
        )
