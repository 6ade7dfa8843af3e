"""The catalogue as a file that an administrator edits in a spreadsheet; `docs/catalogue-file.md` tells them how.

`sheet` knows rows and cells of a CSV file, `cells` what one cell may say, `exercises` and `routines` the columns
of the two files. Reading gives a `Reading`: what would change, row by row, and every fault in words. Nothing here
writes; `exercises.catalogue_file.services` does.
"""
