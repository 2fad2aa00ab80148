"""Members of generated classes that are written by hand, one file per class; `members.json` lists them all."""
