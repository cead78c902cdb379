"""The shell: Faust's agents, tables and groups, and the corrections that make them lose nothing."""
