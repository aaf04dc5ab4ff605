"""Widgets that show what they are given; they know the model and Textual, and nothing of services."""
