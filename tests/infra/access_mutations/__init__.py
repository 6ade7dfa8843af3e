"""`make mutate-access`: remove each permission and scope check in turn, and name the first test that notices.

`sites` finds the checks and writes a copy of the source in which each can be switched off; `switch` is what that copy
calls; `plugin` runs the tests in the copy; `__main__` is the command.
"""
