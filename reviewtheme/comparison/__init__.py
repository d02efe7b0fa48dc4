"""Two runs over the same documents, held against each other: what another model or coder changes.

files, corpus or results ──coded_run──▶ CodedRun ──matching──▶ the same sentences ──compare──▶ Comparison
"""
