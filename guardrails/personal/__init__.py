"""Personal data: found in any text, masked before it leaves, restored for those who may see it."""
