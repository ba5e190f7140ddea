"""The one error that users are meant to read."""


class Problem(Exception):
    """What was found, and what to do about it.

    The launcher shows ``str(problem)``; splitvote takes it from the line that begins with ``error:``.
    """

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.hint = hint

    def lines(self) -> str:
        text = f"error: {self}"
        return text + (f"\nhint: {self.hint}" if self.hint else "")
