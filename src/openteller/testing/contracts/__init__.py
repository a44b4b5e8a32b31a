"""What an adapter must keep, as tests that anybody can run against their own."""
