"""Faults: processes that are killed, power that is cut, disks that are full, and what must hold all the same.

Each test is named by its fault; ``python -m tests.faults`` (``make faults``) runs the long ones a thousand
times.
"""
