"""Tests of the pages: each page in a folder, without a browser and in one, and what is of all pages here."""
