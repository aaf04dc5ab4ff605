"""A second, slow reading of the sequence contract, and the engine held against it on random leads."""
