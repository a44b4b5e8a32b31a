"""The schema's history. Each step runs once, as the owner, in one transaction."""
