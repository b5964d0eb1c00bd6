"""The jobs of the scheduler: each takes a frozen value of what it reads."""
