"""Commentary for streaming programs such as OBS: a page for a browser source, and a text file.

The page is served on the loopback device only, under an address that contains a random token. It is
transparent, looks like the overlay, and is told of every change over a WebSocket. Nothing here
imports Qt; the server and the writer of the file each have a thread of their own.
"""
