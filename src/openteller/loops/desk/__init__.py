"""The desk loop: people take conversations, answer in the same thread, and give them back."""
