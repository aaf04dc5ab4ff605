"""What keeps a campaign from working, or from working well."""
