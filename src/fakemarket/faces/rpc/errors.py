"""What a node refuses, with the code that providers give it."""


class RpcError(Exception):
    """A call that fails: the words and the code of the answer."""

    def __init__(self, words: str, code: int = -32000) -> None:
        super().__init__(words)
        self.words = words
        self.code = code
