"""Training stages, one file each; every stage is a function `run(state, minutes)`."""
