#!/usr/bin/env python
from lockbox_site.command_line import main

if __name__ == "__main__":
    main()
