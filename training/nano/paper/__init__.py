"""The paper's claims on nano's world at small size: what figures 4 and 5, equation 1 and the number of image tokens show here."""
