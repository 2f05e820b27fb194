"""Speech in the window; what speaks is in `app.speech`, in a process of its own."""
