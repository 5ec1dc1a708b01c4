"""What Asservat is: evidence, decoding, the run, the case, search and reports. No Qt, no machine learning, no network."""
