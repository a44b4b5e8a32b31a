"""Measures of quality that a bank can repeat: data of our own and what is made of them."""
