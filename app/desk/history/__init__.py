"""What a customer asked before, was told and was promised."""
