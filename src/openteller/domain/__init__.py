"""What things are: frozen dataclasses, events and errors, with the standard library only."""
