"""The thread of a conversation: what came in, who works on it, what was decided and said. Every loop uses it."""
