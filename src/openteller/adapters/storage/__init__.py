"""Where rows live: PostgreSQL, embedded or the bank's own, its migrations, and the register of its tables."""
