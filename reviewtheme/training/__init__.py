"""Learning from labelled reviews: read labels, fit, calibrate, choose thresholds, evaluate."""
