"""The dashboard's numbers: what answers took, cost and lacked, today beside the weeks before."""
