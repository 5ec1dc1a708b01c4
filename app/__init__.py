"""The two faces of the program: `cli` (no Qt) and `gui`. They know the core, never the models."""
