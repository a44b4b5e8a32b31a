"""The bank's login and in-app approval."""
