"""What people look up about the documents themselves, and what they say is wrong in them."""
