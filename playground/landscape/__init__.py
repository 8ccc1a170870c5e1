"""Small worlds in a plane: two losses of two numbers, on which every weighting method can be watched as it moves.

`worlds` says what is minimised, `race` lets many methods and starts go together as one tensor program, `outcome` says
where they ended, and `process` runs a race outside of the page. From the command line: ``python -m playground.landscape``.
"""
