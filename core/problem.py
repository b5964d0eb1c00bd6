"""What a user can mend, said in one sentence."""


class Problem(Exception):
    """Bad input or a fault outside the program: what happened, where, and what to do.

    The window and the command line show its text as it is, without a traceback.
    """
