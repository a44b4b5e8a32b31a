"""Universal Sentence Encoder multilingual: the weights of an installed package, rebuilt once into a quicker graph."""

from openteller.adapters.encoders.use.encoder import UniversalSentenceEncoder

__all__ = ["UniversalSentenceEncoder"]
