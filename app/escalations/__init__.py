"""Cases that go to a person: the packet with all that is known, and the queue in which teams find it."""
