"""The analysts' pages: rendered on the server, without JavaScript and without any outside address."""
