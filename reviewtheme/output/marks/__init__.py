"""What a marked PDF is made of: where sentences stand, highlights, bookmarks and a legend."""
