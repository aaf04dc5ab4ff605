"""Faults on demand: what may go wrong, when it does, and how an answer is spoiled."""
