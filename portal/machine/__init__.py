"""The machine room: what brings the portal from a bare machine to a running one."""
