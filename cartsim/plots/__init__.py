"""Pictures: one file a kind, one style for all."""
