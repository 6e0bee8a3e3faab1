"""What an answer costs: by a price list, or by energy and hardware hours; unknown where neither says it."""
