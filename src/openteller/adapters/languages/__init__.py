"""Language identifiers: which of the bank's languages a message is in."""
