"""Tests of the pages where things are looked up: Methods and the Glossary."""
