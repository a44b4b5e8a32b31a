"""A Telegram of our own, from the outside: its Bot API, its moods, its users, and a phone to try it with."""
