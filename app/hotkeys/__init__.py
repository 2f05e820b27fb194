"""Keys that work while another program's window has the keyboard."""
