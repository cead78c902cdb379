"""De-duplication: signing articles, and deciding in one order which are new, newer versions or copies."""
