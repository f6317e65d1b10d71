"""What every web request gets, and pages for those who need not have signed in."""
