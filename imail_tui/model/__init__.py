"""The shared vocabulary: tolerant records of the API's objects, `Problem`, and status-line types."""
