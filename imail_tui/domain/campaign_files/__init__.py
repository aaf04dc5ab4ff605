"""Campaigns as YAML files."""
