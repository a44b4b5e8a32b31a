"""Harbour Bank: a demonstration bank, and an outside party to OpenTeller.

It has its own process, its own ledger, its own API, its own login page and its
own "in-app approval" page. It imports nothing of ``openteller`` and nothing of
``openteller`` imports it; the two meet only over HTTP.

The past is never stored: 24 months of a customer's life are a pure function of
``(seed, customer)`` and are made when first read. Only what happens after day 0
is written down, in SQLite and, for outside auditors, in ``ledger.jsonl``.
"""
