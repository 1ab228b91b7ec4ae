"""The tests. A package by name, because one of the venue's clients installs a package called `tests` as well."""
