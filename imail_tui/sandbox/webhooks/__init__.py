"""Webhooks: what is sent to a subscription, when again, and what comes of it."""
