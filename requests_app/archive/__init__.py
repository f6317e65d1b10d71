"""What an authority delivers to its archive: cases as a package that archives know.

E-ARK CSIP and SIP 2.1.0 (which is FGS Paketstruktur 2.0) with METS, PREMIS and, of the
cases, CITS ERMS 2.1. Writes files and nothing else.
"""
