"""What articles come from beside files: pages, feeds and sitemaps of the web. Each remembers where it was."""
