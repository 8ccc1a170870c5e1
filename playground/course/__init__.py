"""The lecture as lessons: text as data, figures and tables one file each, and every number from a recorded run.

    chapters/NN_name/   chapter.toml, and lessons: NN_name.md beside NN_name.zh.md
    figures/fNN_name.py one figure: FIGURE
    tables/tNN_name.py  one table: TABLE
    recorded/tNN.json   what `python -m playground course --record N` measured for it

It lies inside the package, as figures and tables are code that travels with the program, and lessons name them by number.
"""
