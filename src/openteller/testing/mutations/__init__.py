"""Mutations: one line of what safety hangs on is changed, and a test that is named beforehand must turn red."""
