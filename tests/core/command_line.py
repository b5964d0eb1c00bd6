"""The words of a command of `lacuna`, as a test hands them over."""


def options(**values):
    """--name value, for each of them"""
    return [word for name, value in values.items() for word in (f"--{name}", str(value))]
