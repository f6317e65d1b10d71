"""When somebody on duty may and can act, when nobody is there, and why."""
