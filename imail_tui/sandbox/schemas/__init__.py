"""The wire: what requests may hold, strictly, and the shape of every answer."""
