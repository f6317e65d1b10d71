#!/usr/bin/env python
import os

from lockbox_site.command_line import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")
    main()
