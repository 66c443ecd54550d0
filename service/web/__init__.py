"""What people see in a browser: the first page, the knowledge base and the manual."""
