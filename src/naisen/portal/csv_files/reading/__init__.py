"""From the bytes of a file to the rows that a spreadsheet shows. Pure: no database, no request."""
