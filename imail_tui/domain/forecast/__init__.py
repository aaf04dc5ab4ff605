"""When a campaign is done and what holds it up: sampled walks, and a day-by-day flow through its limits."""
