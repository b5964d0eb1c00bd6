"""Engine: work beside the thread that owns it.

errors.py   Problem (what a user can mend) and Failure (an error as a value)
jobs.py     a job is a generator: reports, progress, pause and stop
lane.py     one thread that steps its jobs by priority
engine.py   two lanes, and the answers they owe
drivers.py  a job run from within another job
worker.py   work that cannot pause, in a thread that a job polls
device.py   where torch runs: devices, threads, running out of memory
"""
