"""The API's resources: one class for each, thin over the channel."""
