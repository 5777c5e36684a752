"""Runs the real binary for tests: a store, its server, and a client that speaks to it."""
