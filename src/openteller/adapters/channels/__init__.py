"""Foreign channels: how their messages come in and go out."""
