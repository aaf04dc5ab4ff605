"""Worlds made by hand: a YAML file read, checked line by line, and carried out by the API's own code."""
