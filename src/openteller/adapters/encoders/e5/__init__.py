"""multilingual-e5-small: the weights of an installed package, rebuilt once into a graph that is three times as fast."""

from openteller.adapters.encoders.e5.encoder import E5Encoder

__all__ = ["E5Encoder"]
