"""What somebody has typed and not sent: kept while they type, when they were signed out
and when a page refused it; who else has the form open; and how it is given back."""
