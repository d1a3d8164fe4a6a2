"""Models written in other forms."""
