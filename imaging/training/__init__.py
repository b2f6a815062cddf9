"""How the classifier's files in ``imaging/weights`` came about; needs PyTorch, which running them
does not.
"""  # noqa: D205
