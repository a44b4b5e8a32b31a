"""Who is talking: subjects, their links, their sessions and the Grant that opens a customer's data."""
