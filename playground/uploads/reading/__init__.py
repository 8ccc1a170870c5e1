"""Bytes in, a sheet of text cells out, or one sentence."""
