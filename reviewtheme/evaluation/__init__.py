"""How well marks agree with labels, and coders with each other; every figure with its interval.

labelled ──mark, by a model or by models that had not seen the document──▶ Predictions ──score──▶ Evaluation
coders' labels ──match sentences──▶ codes ──compare──▶ Agreement
"""
