"""Guards on what goes in and what comes out; every guard fails closed."""
