"""Who was near whom: asked with a purpose, counted, released, handed on, rehearsed."""
