"""The page that goes with every model: what it was taught, how well it does, where it is weak."""

from __future__ import annotations

from openteller.capabilities.understanding.model import ModelFacts


def model_card(facts: ModelFacts) -> str:
    """Markdown; figures are cross-validated on the training data."""
    figures = "\n".join(f"| {name.replace('_', ' ')} | {value:.4g} |" for name, value in facts.figures.items())
    signals = "\n".join(f"| {signal.name} | {signal.threshold:.2f} |" for signal in facts.signals) or "| none | – |"
    notes = "\n".join(f"- {note}" for note in facts.notes) or "- none"
    kind = "several labels a message" if facts.multi_label else "one label a message"
    return f"""# Model card: understanding {facts.version}

Trained by OpenTeller on {facts.rows} texts ({len(facts.labels)} labels, {kind}); data hash `{facts.data_hash}`.
Encoders: {", ".join(facts.encoders)}. Languages: {", ".join(facts.languages)}.
Kernel ridge regression over sentence vectors and TF-IDF; temperature {facts.depths[-1].temperature:.3g}; an intent is
active from {facts.active_from}. What the first encoder is sure of from {facts.quick_from} on is not looked at by the
others. The same data and encoders give the same version.

## Figures (held out within the training data)

| figure | value |
|---|---|
{figures}

## Signals

| signal | active from |
|---|---|
{signals}

## What was odd in the data

{notes}

## Known weaknesses

- The figures come from data of the same hand; real customers write differently. Measure on your own messages.
- Irony, negation over several sentences and languages not listed above are read poorly.
- Confidence is calibrated for messages like those in the training data only.
"""
