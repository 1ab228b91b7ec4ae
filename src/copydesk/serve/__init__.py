"""The faces: how a person or a program sees the desk."""
