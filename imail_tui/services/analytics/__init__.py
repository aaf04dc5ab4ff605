"""Counts of the workspace: fetched day by day, kept here, and every question about them."""
