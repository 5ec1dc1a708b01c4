"""What several tests build on: a backend that needs no weights, and media made on the spot."""
