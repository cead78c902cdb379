"""What we know of languages: folding, names and codes. Pure; words and patterns are data beside the code."""
