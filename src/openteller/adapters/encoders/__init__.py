"""Sentence encoders: texts into vectors, on the CPU, without a network."""
