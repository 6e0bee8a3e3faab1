"""The desk: what becomes of a ticket from its arrival to what is sent."""
