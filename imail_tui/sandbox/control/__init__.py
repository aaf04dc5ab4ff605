"""The sandbox's own controls under `/__sandbox`: what no real service has, and tests need."""
