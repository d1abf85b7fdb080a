"""The look: components, forms, formats, the frame of every page and the gallery that shows them all. No domain."""
