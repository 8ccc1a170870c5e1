"""Tests of the figures; a package, so that its files may be named like those of other folders."""
