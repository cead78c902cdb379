"""How the process is told (settings) and tells (logs, metrics, health). Knows no broker, loop, clock or socket."""
