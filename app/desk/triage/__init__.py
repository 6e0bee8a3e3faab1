"""Triage: a ticket's queue, type and priority, learned from tickets that people have sorted."""
