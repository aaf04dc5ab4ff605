"""Rows of a ledger as the objects the API shows."""
