"""The chain behind the market: blocks every two seconds, the logs of what was settled, and blocks taken back."""
