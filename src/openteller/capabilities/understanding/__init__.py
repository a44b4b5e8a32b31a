"""What a message means: language, intents, entities, signals and how far it is from anything we know.

``load_or_train`` gives the ``Understander`` of a pack; ``Understander.understand`` reads one redacted message. Nothing
here does I/O but the loading and saving of content and models, and nothing here starts a flow.
"""

from openteller.capabilities.understanding.store import load_model, load_or_train, save_model
from openteller.capabilities.understanding.understander import TurnContext, Understander

__all__ = ["TurnContext", "Understander", "load_model", "load_or_train", "save_model"]
