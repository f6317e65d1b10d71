#!/usr/bin/env python
import os
import sys

import django

from lockbox_site.management.command_line import main

if __name__ == "__main__":
    if sys.argv[1:2] == ["bench"]:
        # A tool of developers, which no release holds.
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")
        django.setup()
        from tests.bench.command import main
    main()
