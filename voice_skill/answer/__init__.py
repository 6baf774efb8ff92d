"""Understanding to Reply: what is said next, as a pure function of state and understanding."""
