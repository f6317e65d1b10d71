"""What every list, form and step page is made of."""
