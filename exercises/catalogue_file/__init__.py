"""The catalogue as a file that an administrator edits in a spreadsheet; `docs/catalogue-file.md` tells them how.

Built on django-import-export: `formats` reads and writes the CSV file, `widgets` hold one class per kind of cell,
`resources` the columns of the two files, `results` what a file would change and what is wrong with it, and `services`
the one function that writes. The pages are in `exercises.admin.catalogue_file`.
"""
