"""Measures models: suites that run them as users do, in true streaming, and judge what they said.

A suite keeps what its runs gave in a journal and computes every figure from it, so that a stopped
evaluation goes on where it was and a report can be written anew. Nothing here reads the truth
before the model has spoken.
"""
