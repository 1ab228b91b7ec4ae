"""Asking the Data API again and again: pages, what is known of them, one leader's turn, and how it all goes."""
