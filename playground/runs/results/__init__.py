"""What came out of runs: tables of their history, gains over baselines, sweeps, one sentence."""
