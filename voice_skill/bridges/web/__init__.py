"""One page for a browser and the address behind it: speech or text in, the reply and its sound out."""
