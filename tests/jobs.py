"""Runs a job to its end, as nothing else waits for it in a test."""


def last(job):
    """The last report of a job."""
    return [report for report in job if report is not None][-1]


def returned(job):
    """What a generator returns."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value
