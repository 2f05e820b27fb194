"""The Preferences dialog: one page for each feature, whose changes apply at once.

A page is a plain widget: it reads its section from the settings store when it is made, and puts a
new value into the store whenever a control changes. Features add their pages to
`WindowContext.preferences`; a page is made when it is first looked at.
"""
