#!/usr/bin/env python
from lockbox_site.management.command_line import main

if __name__ == "__main__":
    main()
