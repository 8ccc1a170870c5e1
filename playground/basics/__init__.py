"""What everything else stands on: errors in one voice, files, settings, words, hyperparameters, cards, random streams."""
