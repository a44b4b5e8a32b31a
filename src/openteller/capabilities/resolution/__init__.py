"""Was the customer's matter settled? Not claimed: verified from what the bank did and what the customer did next."""
