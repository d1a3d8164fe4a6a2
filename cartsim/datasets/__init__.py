"""CSV files that come with cartsim, each with its source and licence."""
