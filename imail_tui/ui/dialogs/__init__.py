"""Dialogs: they ask, and give the answer. They know the model and Textual, and nothing of services."""
