"""What Asservat is: evidence, decoding, the run, the case, search and reports. No Qt, no ML library, no network."""
