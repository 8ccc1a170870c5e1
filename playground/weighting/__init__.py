"""Weighting methods: how much each task counts in every step."""
