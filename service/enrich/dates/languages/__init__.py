"""One module a language, all of one shape: how words are folded, cut and spelt, and who names its months."""
