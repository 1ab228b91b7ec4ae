"""The forms of test vectors, one file each."""
