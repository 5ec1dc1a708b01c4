"""Faces like one face: who is looked for, candidates with their likeness, and what the examiner says of each."""
