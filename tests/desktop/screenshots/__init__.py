"""Pictures of every page of the program, for a person to look at.

`python -m tests.desktop.screenshots DIR` makes them on a virtual X server: light and dark, at 100 %
and 200 %, on a small and on a large screen. A new page is one line in `pages.PAGES`.
"""
