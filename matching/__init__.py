"""Rows against certificates and approvals: links, findings, verdicts. Pure.

One entry point, ``batch.match_batch``: block and weigh (``block``, ``weights``), assign one to one
(``assign``, ``link``; what a person named: ``named``), compare each field through the lattice
(``agreement``, ``compare``, ``verify``), weigh what was seen (``calibration``, ``evidence``) and say how the
field compares (``status``), name the differences (``kinds``, ``shifts``), check rows by themselves
(``checks``), judge (``verdict``, ``row_findings``) and sum up the batch (``batch_findings``).

Nothing is imported here: a worker process needs the options and not the half second of scipy and pypinyin.
"""
