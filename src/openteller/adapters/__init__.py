"""With what: one small package for each kind of outside thing. They know ports and domain only."""
