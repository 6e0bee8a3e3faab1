"""Tests of the knowledge page's parts."""
