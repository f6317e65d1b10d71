#!/usr/bin/env python
import sys

from lockbox_site.management.command_line import main

if __name__ == "__main__":
    if sys.argv[1:2] == ["bench"]:
        # A tool of developers, which no release holds.
        from tests.bench.command import main
    main()
