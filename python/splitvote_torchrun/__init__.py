"""Trains a classifier on splitvote's token shards with PyTorch, on one or more processes that torchrun starts.

It takes the steps that splitvote's own trainer takes: the same rows in the same order, the same masks of dropout, the same
learning rates, clipping and weight decay, and it keeps the checkpoint that scores best on dev by the same rule. How many
processes share a step changes rounding alone.

Everything it reads is in one folder, which `splitvote train` writes: see ``folder``.
"""

VERSION = 1
