"""Tests of fleets of runs trained as one."""
