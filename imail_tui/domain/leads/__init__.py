"""Leads in files: addresses, sources, columns, and what becomes of each record."""
