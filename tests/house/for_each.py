"""One test of a rule, over many files: it names every file that breaks it."""

from tests.house.files import ROOT


def for_each(paths):
    """The check is called with each path; what it asserts of none may fail."""

    def decorate(check):
        def test():
            broken = [found for path in paths if (found := _broken(check, path))]
            assert not broken, "\n".join(broken)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        test.__module__ = check.__module__
        return test

    return decorate


def _broken(check, path):
    try:
        check(path)
    except AssertionError as error:
        return f"{path.relative_to(ROOT)}: {error}"
    return ""
