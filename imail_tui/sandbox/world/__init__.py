"""The world a ledger holds: its seeded past and the heartbeat that moves it on."""
