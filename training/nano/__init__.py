"""Nexus-Gen nano: a small Nexus-Gen trained from scratch on a picture-book world."""
