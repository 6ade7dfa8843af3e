"""Export and import of the catalogue as CSV files, for administrators; their guide is `docs/catalogue-file.md`.

Built on django-import-export: `formats` reads and writes the CSV file, `widgets` has one class per kind of cell,
`resources` has the columns of the two files, `results` the changes and faults of a file that was read, and `services`
the function that saves. The pages are in `exercises.admin.catalogue_file`.
"""
