"""The program that has a screen shared by the desktop's portal: `python -m ui.sharing SOCKET`.

`app.capture.shared` starts it and tells why it is one. It shows no window; the dialog belongs to
the desktop. Qt's own thread keeps the newest picture, another one answers who asks for it.
"""
