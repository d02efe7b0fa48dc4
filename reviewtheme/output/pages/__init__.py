"""What the report pages are made of: templates, styles and scripts, and the plots inside them."""
