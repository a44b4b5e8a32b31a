"""The command ``openteller``.

Every command has an example in its help, ``--json`` for machines, and one clear sentence on bad input.
"""
